#include <cctype>

#include <tubes/transports/redis/link.hpp>

namespace tubes::redis {
namespace {

using asio::ip::tcp;

std::string lower_first(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

Link::Link(asio::io_context& context, const Settings& settings, Session& session,
           std::function<void()> on_ready)
    : settings_(settings),
      session_(session),
      on_ready_(std::move(on_ready)),
      socket_(context),
      resolver_(context),
      timer_(context) {}

template <class Action>
auto Link::unless_closed(Action action) {
  return [self = shared_from_this(), action](const std::error_code& error, const auto&... results) {
    if (!self->closed_) action(error, results...);
  };
}

void Link::open() {
  if (!settings_.socket.empty()) {
    endpoints_.emplace_back(asio::local::stream_protocol::endpoint(settings_.socket));
    return connect();
  }
  std::error_code is_a_name;
  const auto ip = asio::ip::make_address(settings_.host, is_a_name);
  if (is_a_name) return resolve();
  endpoints_.emplace_back(tcp::endpoint(ip, settings_.port));
  connect();
}

void Link::resolve() {
  resolver_.async_resolve(settings_.host, std::to_string(settings_.port),
                          unless_closed([this](const auto& error, const auto& found) {
                            if (error) unreachable(error.message());
                            for (const auto& entry : found)
                              endpoints_.emplace_back(entry.endpoint());
                            connect();
                          }));
}

void Link::connect() {
  asio::async_connect(socket_, endpoints_, unless_closed([this](const auto& error, const auto&) {
                        if (error) unreachable(error.message());
                        connected();
                      }));
}

void Link::connected() {
  std::error_code not_tcp;  // a unix socket needs neither
  socket_.set_option(tcp::no_delay(true), not_tcp);
  socket_.set_option(asio::socket_base::keep_alive(true), not_tcp);
  session_.begin();
  flush();
  read();
}

void Link::flush() {
  if (!writing_.empty() || session_.out().empty()) return;
  writing_.swap(session_.out());
  asio::async_write(socket_, asio::buffer(writing_),
                    unless_closed([this](const auto& error, std::size_t) {
                      // The reading side fails too, after the last words of the server.
                      if (error) return;
                      writing_.clear();
                      flush();
                    }));
}

void Link::read() {
  socket_.async_read_some(asio::buffer(input_),
                          unless_closed([this](const auto& error, std::size_t size) {
                            if (error) lost(error);
                            take(size);
                            read();
                          }));
}

void Link::take(std::size_t size) {
  const bool was_ready = session_.ready();
  session_.feed({input_.data(), size});
  flush();
  if (was_ready || !session_.ready()) return;
  beat_later();
  on_ready_();
}

void Link::beat_later() {
  timer_.expires_after(settings_.heartbeat);
  timer_.async_wait(unless_closed([this](const auto& error) {
    if (!error) beat();
  }));
}

void Link::beat() {
  session_.beat();
  flush();
  beat_later();
}

void Link::close() noexcept {
  closed_ = true;
  std::error_code ignored;
  socket_.close(ignored);
  resolver_.cancel();
  timer_.cancel();
}

void Link::unreachable(const std::string& why) const {
  throw Error(ErrorCode::unreachable,
              "cannot reach " + settings_.address() + " (" + lower_first(why) +
                  "); is it running? use another with --bus " +
                  (settings_.socket.empty() ? "redis://host:port" : "redis+unix:///path"));
}

void Link::lost(const std::error_code& error) const {
  const bool ended = error == asio::error::eof;
  throw Error(ErrorCode::unreachable,
              "lost " + settings_.address() + " (" +
                  (ended ? "it closed the connection" : lower_first(error.message())) +
                  "); did it stop, or drop a reader that was too slow "
                  "(client-output-buffer-limit)?");
}

}  // namespace tubes::redis

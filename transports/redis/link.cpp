#include <cctype>

#include <tubes/transports/redis/link.hpp>
#include <tubes/transports/redis/tls.hpp>

namespace tubes::redis {
namespace {

using asio::ip::tcp;

std::string lower_first(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

Link::Link(asio::io_context& context, const Settings& settings, Session& session,
           std::function<void()> on_ready, asio::ssl::context* tls)
    : settings_(settings),
      session_(session),
      on_ready_(std::move(on_ready)),
      socket_(context),
      timer_(context) {
  if (settings_.tls) tls_.emplace(socket_, *tls);
}

template <class Action>
auto Link::unless_closed(Action action) {
  return [self = shared_from_this(), action](const std::error_code& error, const auto&... results) {
    if (!self->closed_) action(error, results...);
  };
}

template <class Use>
void Link::with_stream(Use use) {
  tls_ ? use(*tls_) : use(socket_);
}

void Link::open(const net::Resolver::Answer& host) {
  if (closed_) return;
  if (!host.trouble.empty()) unreachable(host.trouble);
  if (!settings_.socket.empty())
    endpoints_.emplace_back(asio::local::stream_protocol::endpoint(settings_.socket));
  else
    for (const auto& address : host.addresses)
      endpoints_.emplace_back(tcp::endpoint(asio::ip::make_address(address), settings_.port));
  connect();
}

void Link::connect() {
  stage_ = Stage::connecting;
  asio::async_connect(socket_, endpoints_, unless_closed([this](const auto& error, const auto&) {
                        if (error) unreachable(error.message());
                        connected();
                      }));
}

void Link::connected() {
  std::error_code not_tcp;  // a unix socket needs neither
  socket_.set_option(tcp::no_delay(true), not_tcp);
  socket_.set_option(asio::socket_base::keep_alive(true), not_tcp);
  tls_ ? encrypt() : begin();
}

void Link::encrypt() {
  stage_ = Stage::encrypting;
  expect_server(tls_->native_handle(), *settings_.tls);
  tls_->async_handshake(asio::ssl::stream_base::client, unless_closed([this](const auto& error) {
                          if (error) lost(error);
                          begin();
                        }));
}

void Link::begin() {
  stage_ = Stage::logging_in;
  session_.begin();
  flush();
  read();
}

void Link::flush() {
  if (!writing_.empty() || session_.out().empty()) return;
  writing_.swap(session_.out());
  with_stream([this](auto& stream) {
    asio::async_write(stream, asio::buffer(writing_),
                      unless_closed([this](const auto& error, std::size_t) {
                        // The reading side fails too, after the last words of the server.
                        if (error) return;
                        writing_.clear();
                        flush();
                      }));
  });
}

void Link::read() {
  with_stream([this](auto& stream) {
    stream.async_read_some(asio::buffer(input_),
                           unless_closed([this](const auto& error, std::size_t size) {
                             if (error) lost(error);
                             take(size);
                             read();
                           }));
  });
}

void Link::take(std::size_t size) {
  session_.feed({input_.data(), size});
  flush();
  if (stage_ == Stage::ready || !session_.ready()) return;
  stage_ = Stage::ready;
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
  timer_.cancel();
}

void Link::require_ready(Milliseconds waited) const {
  if (closed_) return;
  const std::string in_vain = " within " + std::to_string(waited.count()) + " ms";
  switch (stage_) {
    case Stage::resolving:
      unreachable("its name was not found" + in_vain);
    case Stage::connecting:
      unreachable("no answer" + in_vain);
    case Stage::encrypting:
      unreachable("no answer to the TLS handshake" + in_vain + "; is that its tls-port?");
    case Stage::logging_in:
      unreachable("connected, but no word from it" + in_vain);
    case Stage::ready:
      return;
  }
}

void Link::unreachable(const std::string& why) const {
  const auto other = !settings_.socket.empty() ? "redis+unix:///path"
                     : settings_.tls           ? "rediss://host:port"
                                               : "redis://host:port";
  throw Error(ErrorCode::unreachable, "cannot reach " + settings_.address() + " (" +
                                          lower_first(why) +
                                          "); is it running? use another with --bus " + other);
}

void Link::lost(const std::error_code& error) {
  require_no_tls_fault(error);
  const bool ended = error == asio::error::eof || error == asio::ssl::error::stream_truncated;
  const auto why = ended ? "it closed the connection" : lower_first(error.message());
  if (stage_ != Stage::ready) lost_early(why);
  throw Error(ErrorCode::unreachable, "lost " + settings_.address() + " (" + why +
                                          "); did it stop, or drop a reader that was too slow "
                                          "(client-output-buffer-limit)?");
}

/// Not every server takes the time for an alert.
void Link::lost_early(const std::string& why) const {
  const bool may_miss_us = settings_.tls && settings_.tls->certificate.empty();
  throw Error(ErrorCode::unreachable,
              "lost " + settings_.address() + " (" + why + " before the login was done); " +
                  (!settings_.tls ? "is it redis, and that not its tls-port (rediss://)?"
                   : may_miss_us  ? "is that its tls-port, and does it demand a client "
                                    "certificate (?cert=/path.pem&key=/path.pem)?"
                                  : "is that its tls-port, and does it trust " +
                                       settings_.tls->certificate + "?"));
}

void Link::require_no_tls_fault(const std::error_code& error) {
  if (!tls_) return;
  const long verdict = SSL_get_verify_result(tls_->native_handle());
  const auto fault = tls_fault(error, verdict, *settings_.tls);
  if (fault.cause.empty()) return;
  throw Error(fault.code, "cannot use " + settings_.address() + " over TLS (" + fault.cause +
                              "); " + fault.remedy);
}

}  // namespace tubes::redis

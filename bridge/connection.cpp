#include <utility>

#include <asio/buffer.hpp>
#include <asio/connect.hpp>
#include <asio/write.hpp>

#include <tubes/bridge/connection.hpp>

namespace tubes::bridge {
namespace {

constexpr std::size_t read_bytes = std::size_t{16} * 1024;

/// Of a plain connection nothing is read: no file can be in its way.
Trust trust_for(const Endpoint& endpoint, Trust trust) {
  if (endpoint.tls) return trust;
  Trust none;
  none.verify = false;
  return none;
}

}  // namespace

Connection::Connection(asio::io_context& io, Endpoint endpoint, Trust trust, Handlers handlers)
    : endpoint_(std::move(endpoint)),
      handlers_(std::move(handlers)),
      tls_(trust_for(endpoint_, std::move(trust)), endpoint_.host),
      stream_(io, tls_.context()),
      resolver_(io),
      timer_(io),
      incoming_(read_bytes, '\0') {}

template <class Use>
void Connection::with_stream(Use&& use) {
  endpoint_.tls ? use(stream_) : use(stream_.next_layer());
}

template <class Next>
auto Connection::then(const char* what, Next next) {
  return [self = shared_from_this(), what, next](std::error_code error, auto&&... results) {
    if (self->closed_) return;
    if (error) return self->close(std::string{what} + ": " + error.message());
    next(*self, std::forward<decltype(results)>(results)...);
  };
}

void Connection::open() {
  timer_.expires_after(connect_timeout);
  timer_.async_wait([self = shared_from_this()](std::error_code error) {
    if (!error) {
      self->close("no connection within " + std::to_string(connect_timeout.count()) + " s");
    }
  });
  resolver_.async_resolve(endpoint_.host, std::to_string(endpoint_.port),
                          then("cannot find the host", [](Connection& self, const auto& results) {
                            self.resolved(results);
                          }));
}

void Connection::resolved(const asio::ip::tcp::resolver::results_type& results) {
  asio::async_connect(
      stream_.next_layer(), results, then("cannot connect", [](Connection& self, const auto&) {
        std::error_code ignored;
        self.stream_.next_layer().set_option(asio::ip::tcp::no_delay{true}, ignored);
        self.endpoint_.tls ? self.handshake() : self.established();
      }));
}

void Connection::handshake() {
  if (!tls_.prepare(stream_.native_handle())) {
    return close("no certificate can be checked for the name " + endpoint_.host);
  }
  stream_.async_handshake(Stream::client, [self = shared_from_this()](std::error_code error) {
    if (self->closed_) return;
    error ? self->close(self->tls_.failure(error)) : self->established();
  });
}

void Connection::established() {
  timer_.cancel();
  handlers_.connected();
  if (!closed_) read();
}

void Connection::read() {
  with_stream([this](auto& stream) {
    stream.async_read_some(
        asio::buffer(incoming_), then("connection lost", [](Connection& self, std::size_t size) {
          self.handlers_.received(std::string_view{self.incoming_}.substr(0, size));
          if (!self.closed_) self.read();
        }));
  });
}

void Connection::send(std::string_view bytes) {
  if (closed_ || bytes.empty()) return;
  if (writing_.size() + waiting_.size() + bytes.size() > max_waiting) {
    return close("the server does not read: more than " + std::to_string(max_waiting) +
                 " bytes wait to be sent");
  }
  waiting_ += bytes;
  if (writing_.empty()) write();
}

void Connection::write() {
  writing_ = std::exchange(waiting_, {});
  with_stream([this](auto& stream) {
    asio::async_write(stream, asio::buffer(writing_),
                      then("connection lost", [](Connection& self, std::size_t) {
                        self.writing_.clear();
                        if (!self.waiting_.empty()) self.write();
                      }));
  });
}

void Connection::close(const std::string& reason) {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();  // whoever hears of the end may let go of us
  std::error_code ignored;
  resolver_.cancel();
  timer_.cancel();
  stream_.next_layer().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.next_layer().close(ignored);
  handlers_.closed(reason);
}

}  // namespace tubes::bridge

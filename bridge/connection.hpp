#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl.hpp>
#include <asio/steady_timer.hpp>

#include <tubes/bridge/endpoint.hpp>
#include <tubes/bridge/tls.hpp>
#include <tubes/bridge/trust.hpp>

namespace tubes::bridge {

/// One TCP or TLS connection to one endpoint, from resolving to its end. Everything, the handlers
/// too, runs on the thread of the io_context. It keeps itself alive while something is pending.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Handlers {
    std::function<void()> connected;
    std::function<void(std::string_view)> received;  ///< the view is valid until it returns
    std::function<void(const std::string&)> closed;  ///< the last call, with the reason
  };

  /// Resolving, connecting and the TLS handshake together may take this long.
  static constexpr std::chrono::seconds connect_timeout{15};

  /// More than an IRC session lets out at once.
  static constexpr std::size_t max_waiting = std::size_t{8} << 20;  // bytes

  /// Throws Error{invalid_config} if a file of `trust` cannot be read. A plain endpoint needs none.
  Connection(asio::io_context& io, Endpoint endpoint, Trust trust, Handlers handlers);

  void open();
  /// Never waits; what was sent goes out in order. Only between `connected` and `closed`. A server
  /// that lets more than max_waiting bytes wait is one that does not read: that ends it.
  void send(std::string_view bytes);
  /// Ends the connection and calls `closed` with this reason, before it returns; later calls do
  /// nothing.
  void close(const std::string& reason);

 private:
  using Stream = asio::ssl::stream<asio::ip::tcp::socket>;

  void resolved(const asio::ip::tcp::resolver::results_type& results);
  void handshake();
  void established();
  void read();
  void write();

  /// Calls `use` with the encrypted or the plain stream.
  template <class Use>
  void with_stream(Use&& use);
  /// A completion handler that ends the connection on an error and else calls `next`.
  template <class Next>
  auto then(const char* what, Next next);

  Endpoint endpoint_;
  Handlers handlers_;
  Tls tls_;
  Stream stream_;
  asio::ip::tcp::resolver resolver_;
  asio::steady_timer timer_;
  std::string incoming_;
  std::string writing_, waiting_;  ///< on the way, and to follow
  bool closed_ = false;
};

}  // namespace tubes::bridge

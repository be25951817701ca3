#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <asio.hpp>
#include <asio/ssl.hpp>

#include <tubes/transports/net/resolver.hpp>
#include <tubes/transports/redis/session.hpp>

namespace tubes::redis {

/// A session on a socket, TCP or unix, encrypted or not: connects, carries bytes both ways and
/// beats; how long connecting may take is for others to say. Everything happens, and every Error
/// is thrown, where the io_context runs; that is one thread. Made by std::make_shared: work that
/// is under way holds it, and does nothing once it is closed.
class Link : public std::enable_shared_from_this<Link> {
 public:
  /// `session` must live until close(). `on_ready` is called once, when the session is ready.
  /// `tls` is needed, until this returns, if the settings ask for TLS.
  Link(asio::io_context& context, const Settings& settings, Session& session,
       std::function<void()> on_ready, asio::ssl::context* tls);

  /// Connects to the first of the host's addresses that answers (to the unix socket, if the
  /// settings name one), or throws the Error with the trouble that there was in finding them.
  void open(const net::Resolver::Answer& host);
  void close() noexcept;

  /// Throws the Error that says what this has been waiting for, for so long, unless it is ready
  /// or closed.
  void require_ready(Milliseconds waited) const;

  /// Writes what the session has to say, all of it at once, unless a write is under way: then it
  /// follows that one.
  void flush();

  /// Bytes that wait for the network.
  std::size_t unsent() const noexcept { return session_.out().size() + writing_.size(); }

 private:
  using Endpoints = std::vector<asio::generic::stream_protocol::endpoint>;
  using Socket = asio::generic::stream_protocol::socket;
  enum class Stage { resolving, connecting, encrypting, logging_in, ready };

  template <class Action>
  auto unless_closed(Action action);
  /// Calls `use` with the encrypted or the plain stream.
  template <class Use>
  void with_stream(Use use);
  void connect();
  void connected();
  void encrypt();
  void begin();
  void read();
  void take(std::size_t size);
  void beat_later();
  void beat();
  [[noreturn]] void unreachable(const std::string& why) const;
  [[noreturn]] void lost(const std::error_code& error);
  [[noreturn]] void lost_early(const std::string& why) const;
  void require_no_tls_fault(const std::error_code& error);

  const Settings settings_;
  Session& session_;
  std::function<void()> on_ready_;
  Socket socket_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
  asio::steady_timer timer_;
  Endpoints endpoints_;
  std::array<char, 64 << 10> input_{};
  std::string writing_;
  Stage stage_ = Stage::resolving;
  bool closed_ = false;
};

}  // namespace tubes::redis

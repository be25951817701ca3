#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <tubes/bridge/config.hpp>
#include <tubes/bridge/connection.hpp>
#include <tubes/bridge/irc/session.hpp>
#include <tubes/bridge/rotation.hpp>
#include <tubes/bridge/sts_store.hpp>
#include <tubes/proto/message.hpp>

namespace tubes::bridge {

/// One IRC network: a session, the connection it has at the moment, and the time. Connects, and
/// connects again, to its servers in turns (rotation.hpp), until it is told to quit. A server that
/// asks for TLS over plain text (sts.hpp) gets it at once, with a certificate that is verified
/// whatever the configuration says, and while its policy is valid it is not talked to in plain
/// text. Everything runs on the thread of the io_context; what goes wrong is logged, with the
/// network's name. What throws, handlers too, ends the connection alone: one network must not take
/// the others with it.
class Network {
 public:
  struct Handlers {
    std::function<void(const Message&)> event;
    std::function<void(const std::string&)> nick;  ///< our true nick: once let in, and when changed
    std::function<void(const receipts::Receipt&)> receipt = [](const auto&) {};
    std::function<void()> ended{};  ///< after quit(), the last call
  };

  /// `sts` must outlive it.
  Network(asio::io_context& io, NetworkConfig config, StsStore& sts, Handlers handlers);

  const std::string& name() const noexcept { return config_.session.network; }

  void start();

  /// Does what was asked for on topic `out`, now or when the network is there. What is refused is
  /// logged with the reason, and told in a receipt if it has an id.
  void perform(irc::Command command);

  /// Other options, of which a connection that lasts can take over all (changes.hpp).
  void change(NetworkConfig config);

  /// Says what waits to be said for as long as `drain`, then goodbye, and ends. The io_context runs
  /// out of this network's work within two seconds more, unless a DNS look-up hangs.
  void quit(const std::string& reason, std::chrono::seconds drain = {});

  /// Takes the commands that wait for the network, for another to perform().
  std::vector<irc::Command> take_waiting() { return session_.take_waiting(); }
  /// Nothing will be sent any more, and nobody waits for the end: tells the fate of what is here.
  void abandon();

  /// After quit(): nothing will happen any more.
  bool has_ended() const noexcept { return quitting_ && !connection_; }
  bool was_started() const noexcept { return started_; }
  /// As last told; "" while we are not let in.
  const std::string& nick() const noexcept { return told_nick_; }

 private:
  const Endpoint& configured() const { return config_.servers[rotation_.current()]; }
  /// To the server whose turn it is.
  void connect();
  void connect_to(const Endpoint& server);
  Endpoint safe(const Endpoint& server) const;
  Trust trust() const;
  bool verified() const { return server_.tls && trust().verify; }
  void established();
  /// The server offered `sts`. Returns whether that has ended the connection.
  bool heard_sts(const std::string& value);
  /// Does this and what the session then wants; ends the connection if anything throws.
  template <class Act>
  void guarded(Act&& act);
  void hand_over(irc::Command command);
  void tell(const irc::Receipt& receipt);
  void disconnected(const std::string& reason);
  void retry(const std::string& reason);
  /// Carries out what the session wants, and sets the timer to its next deadline.
  void update();
  void deliver(const irc::Session::Output& output);
  void tell_nick();
  void tell_network();
  void wait_for_deadline();
  void wait_for_hanging_up();
  /// Nothing will be sent any more.
  void end();

  NetworkConfig config_;
  StsStore& sts_;
  Handlers handlers_;
  asio::io_context& io_;
  asio::steady_timer timer_;  ///< for the session's deadline, and at last for the end
  asio::steady_timer retry_;
  irc::Session session_;
  std::shared_ptr<Connection> connection_;
  ServerRotation rotation_;
  Endpoint server_;                  ///< that the connection is to; by STS not as configured
  bool established_ = false;         ///< the connection is
  std::optional<Endpoint> upgrade_;  ///< where to go on once it is closed
  /// By host, of those that asked for TLS since the start, whether that worked or not.
  std::map<std::string, Endpoint> asked_for_tls_;
  std::optional<irc::Time> registered_at_;
  std::string told_nick_, told_network_;
  bool started_ = false;
  std::string quit_reason_;
  bool quitting_ = false;
  bool goodbye_ = false;  ///< was said
};

}  // namespace tubes::bridge

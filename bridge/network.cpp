#include <algorithm>
#include <random>
#include <utility>
#include <variant>

#include <spdlog/spdlog.h>

#include <tubes/bridge/irc/text.hpp>
#include <tubes/bridge/network.hpp>
#include <tubes/bridge/on_bus.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::bridge {
namespace {

using namespace std::chrono_literals;

constexpr auto first_retry = 2s;
constexpr auto longest_retry = 5min;
constexpr auto goodbye = 1500ms;

static_assert(Connection::max_waiting > irc::OutgoingQueue::limit * irc::longest_line);

irc::Time now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

Network::Network(asio::io_context& io, NetworkConfig config, StsStore& sts, Handlers handlers)
    : config_(std::move(config)),
      sts_(sts),
      handlers_(std::move(handlers)),
      io_(io),
      timer_(io),
      retry_(io),
      session_(config_.session),
      rotation_(config_.servers.size(), first_retry, longest_retry, std::random_device{}()) {}

void Network::start() {
  if (quitting_ || std::exchange(started_, true)) return;
  if (!config_.trust.verify && std::ranges::any_of(config_.servers, &Endpoint::tls)) {
    spdlog::warn("{}: the server's certificate is not verified (tls.insecure)", name());
  }
  connect();
}

template <class Act>
void Network::guarded(Act&& act) {
  try {
    act();
    update();
  } catch (const std::exception& error) {
    if (!connection_) return spdlog::error("{}: {}", name(), error.what());
    connection_->close(std::string{"cannot go on: "} + error.what());
  }
}

void Network::connect() {
  connect_to(safe(sts_.begin(configured())));
}

/// No secret goes over plain text to a host that has asked for TLS, though it cannot be had there.
/// One that was only pretended to have asked may so be out of reach until a restart; without a
/// secret nothing is at stake, and the next attempt begins as configured.
Endpoint Network::safe(const Endpoint& server) const {
  const auto& session = config_.session;
  const auto asked = asked_for_tls_.find(server.host);
  const bool secret = !session.password.empty() || session.sasl || session.nickserv;
  return !server.tls && secret && asked != asked_for_tls_.end() ? asked->second : server;
}

void Network::connect_to(const Endpoint& server) {
  server_ = server;
  established_ = false;
  const bool by_sts = server_ != configured();
  spdlog::info("{}: connecting to {}{}", name(), server_.address(),
               by_sts ? " over TLS, as the server asked (STS)" : "");
  try {
    connection_ = std::make_shared<Connection>(
        io_, server_, trust(),
        Connection::Handlers{
            [this] { guarded([this] { established(); }); },
            [this](std::string_view bytes) { guarded([&] { session_.bytes(now(), bytes); }); },
            [this](const std::string& reason) { disconnected(reason); }});
    connection_->open();
  } catch (const std::exception& error) {
    connection_.reset();
    retry(error.what());
  }
}

/// STS wants a certificate that is verified: no `insecure` makes up for it. Also where ircs:// is
/// configured: the server has said that it has such a certificate.
Trust Network::trust() const {
  Trust trust = config_.trust;
  if (server_ != configured() || sts_.holds(server_)) trust.verify = true;
  return trust;
}

void Network::established() {
  established_ = true;
  session_.connected(now(), !server_.tls);
}

bool Network::heard_sts(const std::string& value) {
  if (verified()) sts_.offered(server_, value);
  const auto port = StsPolicies::upgrade(server_, value);
  if (!port) return false;
  upgrade_ = asked_for_tls_[server_.host] = Endpoint{server_.host, *port, true};
  connection_->close("the server asks for TLS on port " + std::to_string(*port) + " (STS)");
  return true;
}

void Network::disconnected(const std::string& reason) {
  connection_.reset();
  timer_.cancel();
  session_.closed(now(), reason);
  deliver(session_.take());
  wait_for_deadline();
  told_nick_.clear();
  if (registered_at_) rotation_.ended_after(now() - *std::exchange(registered_at_, std::nullopt));
  if (established_ && verified()) sts_.ended(server_);
  if (quitting_) return end();
  const auto upgrade = std::exchange(upgrade_, std::nullopt);
  upgrade ? connect_to(*upgrade) : retry(reason);
}

void Network::retry(const std::string& reason) {
  const auto failed = server_.address();
  const auto* const hint =
      server_ == configured()
          ? ""
          : "; it asked for TLS (STS): write ircs:// under \"server\" to say how "
            "it is trusted";
  const auto delay = rotation_.next();
  spdlog::warn("{}: {}: {}; trying {} in {} ms", name(), failed, reason + hint,
               config_.servers.size() > 1 ? configured().address() : "again", delay.count());
  retry_.expires_after(delay);
  retry_.async_wait([this](std::error_code error) {
    if (!error && !quitting_) connect();
  });
}

void Network::update() {
  const auto output = session_.take();
  const auto close = output.close;
  deliver(output);
  if (output.sts && connection_ && heard_sts(*output.sts)) return;
  if (connection_) connection_->send(output.bytes);
  if (close && connection_) return connection_->close(*close);
  const bool going = connection_ && session_.said_goodbye();
  going ? wait_for_hanging_up() : wait_for_deadline();
}

void Network::deliver(const irc::Session::Output& output) {
  for (const auto& warning : output.warnings) spdlog::warn("{}: {}", name(), warning);
  for (const auto& receipt : output.receipts) tell(receipt);
  for (const auto& event : output.events) {
    handlers_.event(event);
    if (const auto* connected = std::get_if<in::Connected>(&event)) {
      spdlog::info("{}: connected as {}", name(), connected->nick);
      registered_at_ = now();
    }
  }
  tell_nick();
  tell_network();
}

/// In the log, once.
void Network::tell_network() {
  if (!session_.registered() || session_.network_name() == told_network_) return;
  told_network_ = session_.network_name();
  spdlog::info("{}: the network calls itself {}", name(), irc::printable(told_network_));
}

void Network::tell_nick() {
  if (!session_.registered() || session_.nick() == told_nick_) return;
  told_nick_ = session_.nick();
  handlers_.nick(told_nick_);
}

void Network::wait_for_deadline() {
  const auto deadline = session_.next_deadline(now());
  if (!deadline) return;
  timer_.expires_at(std::chrono::steady_clock::time_point{
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(*deadline)});
  timer_.async_wait([this](std::error_code error) {
    if (!error) guarded([this] { session_.tick(now()); });
  });
}

void Network::perform(irc::Command command) {
  guarded([&] { hand_over(std::move(command)); });
}

void Network::hand_over(irc::Command command) {
  const auto id = command.id;
  try {
    session_.perform(now(), std::move(command));
  } catch (const Error& error) {
    spdlog::warn("{}: not sent: {}", name(), error.what());
    const bool full = error.code() == ErrorCode::outbox_full;
    const auto* const code = full ? irc::receipt_code::queue_full : irc::receipt_code::refused;
    if (!id.empty()) tell({id, false, {irc::Outcome::failed, code, error.what()}});
  }
}

void Network::tell(const irc::Receipt& receipt) {
  handlers_.receipt(message_of(receipt, name()));
}

void Network::change(NetworkConfig config) {
  config_ = std::move(config);
  guarded([this] { session_.change(now(), config_.session); });
}

void Network::end() {
  timer_.cancel();
  abandon();
  spdlog::info("{}: disconnected", name());
  if (handlers_.ended) handlers_.ended();
}

void Network::abandon() {
  session_.stop(now(), quit_reason_);
  deliver(session_.take());
}

void Network::quit(const std::string& reason, std::chrono::seconds drain) {
  if (std::exchange(quitting_, true)) return;
  quit_reason_ = reason;
  retry_.cancel();
  if (!connection_) return end();
  if (!session_.registered()) return connection_->close(reason);
  guarded([&] { session_.quit(now(), reason, drain); });
}

/// The server does; one that does not is not waited for.
void Network::wait_for_hanging_up() {
  if (std::exchange(goodbye_, true)) return;
  timer_.expires_after(goodbye);
  timer_.async_wait([connection = connection_](std::error_code error) {
    if (!error) connection->close("the server did not hang up");
  });
}

}  // namespace tubes::bridge

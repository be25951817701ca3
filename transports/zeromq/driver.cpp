#include <algorithm>
#include <chrono>
#include <limits>
#include <string_view>
#include <utility>

#include <tubes/transports/zeromq/connection.hpp>
#include <tubes/transports/zeromq/driver.hpp>
#include <tubes/transports/zeromq/look_up.hpp>
#include <tubes/transports/zeromq/readiness.hpp>
#include <tubes/transports/zeromq/socket.hpp>
#include <tubes/transports/zeromq/unanswered.hpp>
#include <tubes/transports/zeromq/unique.hpp>

namespace tubes::zeromq {
namespace {

// How many messages one poll() takes: the engine wants to send in between.
constexpr std::size_t batch = 1'000;
constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();
constexpr Milliseconds probe_again_after{250};

/// What the socket subscribes to: a prefix, so a shorter one receives all the same, and the engine
/// finds what is wanted. A SUB socket before libzmq 4.3.5 breaks its connection over a prefix of
/// 246 to 255 bytes (libzmq issue 4367).
std::string_view prefix_of(const Filter& filter) {
  constexpr std::size_t longest = 245;
  return filter.stem().substr(0, longest);
}

/// The engine gives up a connection that is not there in time, and can not say what it lacks.
Milliseconds patience_of(const BusOptions& options) {
  return options.connect_timeout * 9 / 10;
}

/// What is known of one connection.
struct Session {
  Session(const Endpoints& endpoints, const std::optional<ClientKeys>& keys, const Wakeup& wakeup,
          const BusOptions& options)
      : connection(endpoints, keys, wakeup, options), readiness(unique_token()) {}

  Connection connection;
  Readiness readiness;
  Unanswered unanswered;
  std::chrono::steady_clock::time_point probed;
  bool welcome = false;
  bool receiving = false;
  bool connected = false;
  std::string fault;  ///< what went wrong in send()
};

class ZeromqDriver final : public Driver {
 public:
  ZeromqDriver(const Url& url, const BusOptions& options, net::Lookup lookup)
      : endpoints_(endpoints(url)),
        keys_(client_keys(url)),
        options_(options),
        clock_(options.clock != nullptr ? *options.clock : Clock::system()),
        look_up_(endpoints_.name, std::move(lookup), wakeup_, patience_of(options)) {}

  Capabilities capabilities() const noexcept override {
    Capabilities capabilities;
    capabilities.retained = true;
    return capabilities;
  }

  std::string address() const override { return "zeromq at " + endpoints_.place; }

  void connect(Sink& sink) override {
    sink_ = &sink;
    if (endpoints_.name.empty())
      begin(endpoints_);
    else
      look_up_.start();
  }

  void disconnect() noexcept override {
    look_up_.cancel();
    if (session_ && !session_->connected) ++address_;  // perhaps another one answers
    session_.reset();
  }

  void subscribe(const Filter& filter) override {
    guarded([&] { messages().set(zmq::sockopt::subscribe, prefix_of(filter)); });
    session_->readiness.add(filter.text());
  }

  void unsubscribe(const Filter& filter) override {
    session_->readiness.remove(filter.text());
    guarded([&] { messages().set(zmq::sockopt::unsubscribe, prefix_of(filter)); });
  }

  std::size_t send(std::span<const Outgoing* const> outgoing) override {
    std::size_t taken = 0;
    try {
      while (taken < outgoing.size() && try_send(*outgoing[taken])) ++taken;
    } catch (const zmq::error_t& error) {
      session_->fault = error.what();  // what was taken is on its way: poll() tells
    }
    return taken;
  }

  void call(const RetainedCall& call) override {
    guarded([&] { zeromq::send(requests(), request(call)); });
  }

  void poll(Milliseconds longest) override {
    guarded([&] {
      if (!session_) return look_up(longest);
      if (!session_->fault.empty()) fail(session_->fault);
      probe();
      session_->connection.wait(wait_at_most(longest));
      const auto trouble = session_->connection.trouble();
      take_replies(trouble ? everything : batch);
      take_messages(trouble ? everything : batch);
      if (trouble) throw error_of(*trouble, endpoints_, keys_, session_->connected);
      require_answers();
    });
  }

  void wake() noexcept override { wakeup_.wake(); }

 private:
  void begin(const Endpoints& at) {
    guarded([&] {
      session_.emplace(at, keys_, wakeup_, options_);
      zeromq::send(requests(), hello());
    });
  }

  /// Connects, once it is known where to: to the address of the name that answered the last time,
  /// or else to the next one.
  void look_up(Milliseconds longest) {
    const auto host = look_up_.wait(longest);
    if (!host) return;
    if (!host->trouble.empty()) fail(host->trouble);
    begin(located_at(endpoints_, host->addresses[address_ % host->addresses.size()]));
  }

  zmq::socket_t& requests() { return session_->connection.requests(); }
  zmq::socket_t& messages() { return session_->connection.messages(); }

  /// The socket has room unless the connection broke, which poll() tells.
  bool try_send(const Outgoing& message) {
    if (!session_->unanswered.has_room()) return false;
    if (!zeromq::send(requests(), message.topic, true)) return false;
    if (!zeromq::send(requests(), message.payload)) return false;
    session_->unanswered.sent(message.topic.size() + message.payload.size(), clock_.now());
    return true;
  }

  void probe() {
    const auto now = std::chrono::steady_clock::now();
    auto& readiness = session_->readiness;
    if (session_->connected && now - session_->probed > probe_again_after) readiness.repeat();
    if (const auto topic = readiness.next_probe()) {
      messages().set(zmq::sockopt::subscribe, *topic);
      session_->probed = now;
    }
  }

  Milliseconds wait_at_most(Milliseconds longest) const {
    if (session_->readiness.is_waiting()) longest = std::min(longest, probe_again_after);
    const auto overdue = session_->unanswered.overdue_from();
    if (!overdue) return longest;
    return std::min(longest, std::chrono::ceil<Milliseconds>(clock_.real_time_until(*overdue)));
  }

  /// A broker that ended our session takes publishes and confirms none, as long as we are
  /// connected.
  void require_answers() {
    const auto overdue = session_->unanswered.overdue_from();
    if (overdue && clock_.now() >= *overdue)
      fail("it has confirmed nothing for " + std::to_string(Unanswered::longest_silence.count()) +
           " s");
  }

  void take_replies(std::size_t most) {
    for (std::size_t i = 0; i < most && replies_.receive(requests()); ++i)
      std::visit([this](const auto& reply) { take(reply); }, parse_reply(replies_.frames()));
  }

  void take_messages(std::size_t most) {
    for (std::size_t i = 0; i < most && messages_.receive(messages()); ++i) {
      const auto frames = messages_.frames();
      if (frames[0].starts_with(ready_prefix))
        take_probe(frames[0]);
      else if (frames.size() == 2)
        sink_->received(frames[0], frames[1]);
      else
        not_understood("a delivery must be the two frames [topic, payload]");
    }
  }

  void take_probe(std::string_view topic) {
    const auto proof = session_->readiness.answered(topic);
    if (!proof) return;
    for (const auto& each : proof->probes) messages().set(zmq::sockopt::unsubscribe, each);
    session_->receiving = true;
    tell_if_connected();
    for (const auto& filter : proof->filters) sink_->subscribed(filter);
  }

  void take(const Welcome&) {
    session_->welcome = true;
    tell_if_connected();
  }

  void tell_if_connected() {
    if (session_->connected || !session_->welcome || !session_->receiving) return;
    session_->connected = true;
    sink_->connected();
  }

  void take(const Acknowledged& acknowledged) {
    if (const auto newly = newly_answered(acknowledged.count); newly > 0) sink_->accepted(newly);
  }

  void take(const Rejected& rejected) {
    const auto newly = newly_answered(rejected.count);
    if (newly == 0) not_understood("it refused what it had taken");
    if (newly > 1) sink_->accepted(newly - 1);
    sink_->rejected(rejected.why);
  }

  std::size_t newly_answered(std::uint64_t count) {
    const auto newly = session_->unanswered.answered(count, clock_.now());
    if (!newly) not_understood("it confirmed what was not sent");
    return *newly;
  }

  void take(const Answer& answer) {
    if (answer.status == Answer::Status::refused)
      return sink_->failed(answer.id,
                           Error(ErrorCode::refused, endpoints_.url + ": " + answer.text));
    const bool found = answer.status == Answer::Status::value;
    sink_->answered(answer.id, found ? std::optional(answer.text) : std::nullopt);
  }

  void take(const Refused& refused) {
    throw Error(ErrorCode::refused,
                "the broker at " + endpoints_.url + " refused the connection: " + refused.why);
  }

  void take(const Malformed& malformed) { not_understood(malformed.why); }

  [[noreturn]] void not_understood(const std::string& why) {
    throw Error(ErrorCode::refused, "what answers at " + endpoints_.url +
                                        " speaks something else (" + why +
                                        "); is it a Tubes broker of this version?");
  }

  [[noreturn]] void fail(const std::string& cause) {
    const auto what =
        session_ && session_->connected ? "lost the broker at " : "no broker answers at ";
    throw Error(ErrorCode::unreachable, what + endpoints_.url + " (" + cause +
                                            "); start one with: tubes broker --bind " +
                                            endpoints_.url);
  }

  /// libzmq's errors as ours.
  template <class Action>
  void guarded(Action action) try {
    action();
  } catch (const zmq::error_t& error) {
    fail(error.what());
  }

  Endpoints endpoints_;
  std::optional<ClientKeys> keys_;
  BusOptions options_;
  Clock& clock_;
  Wakeup wakeup_;
  LookUp look_up_;
  std::size_t address_ = 0;  ///< of the broker's name, the one to be tried
  Sink* sink_ = nullptr;
  std::optional<Session> session_;
  Parts replies_, messages_;
};

}  // namespace

std::unique_ptr<Driver> make_driver(const Url& url, const BusOptions& options) {
  return make_driver(url, options, net::system_lookup);
}

std::unique_ptr<Driver> make_driver(const Url& url, const BusOptions& options, net::Lookup lookup) {
  return std::make_unique<ZeromqDriver>(url, options, std::move(lookup));
}

}  // namespace tubes::zeromq

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/gaps.hpp>
#include <tubes/bus/loop_guard.hpp>
#include <tubes/bus/once.hpp>
#include <tubes/bus/open_receipts.hpp>
#include <tubes/bus/receipts.hpp>
#include <tubes/proto/types.hpp>

namespace tubes {

struct ClientOptions {
  std::string in = "in", out = "out", web_in = "web_in";  ///< the topics' names
  std::string receipts = "receipts";
  WireFormat in_wire = WireFormat::json;  ///< what publish() writes; either format is read
  WireFormat out_wire = WireFormat::json;
  SubscribeOptions subscribe{};
  bool answer_bots = false;  ///< reply() to whomever: nothing ends what bots say to each other
  Clock* clock = nullptr;    ///< of what is too often; must outlive the client. Null: the system's
  /// When a receipt that has not come is given up. Twice as long as a bridge keeps a message for a
  /// network that is away, unless it is told otherwise (`waiting`): it knows more, and is to say
  /// it.
  Milliseconds receipt_timeout{600'000};
  std::size_t most_receipts = 10'000;  ///< that may be awaited at once
};

/// The typed client: messages instead of payloads. A bot is a few lines on it:
///
///   tubes::Client irc{*bus};
///   irc.on<in::Privmsg>([&](const in::Privmsg& m) {
///     if (m.message == "hello") irc.reply(m, "Hello " + m.sender);
///   });
///
/// Handlers follow the rules of Bus. The client ends its subscriptions when it is destroyed, and
/// then waits for its running handler; the bus must outlive it. Methods are thread-safe.
class Client {
 public:
  explicit Client(Bus& bus, ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;

  /// Calls `handler(const M&)` for every message of type M. The first of a topic's types
  /// subscribes to the topic: when this returns, it is live. Throws as Bus::subscribe does, and the
  /// handler is then not added. What is no message is an event `undecodable`, never an exception.
  template <class M, class F>
  void on(F handler) {
    static_assert(std::is_invocable_v<F, const M&>, "a handler takes a const M&");
    add(role_of<M>(Role::in), [handler = std::move(handler)](const Envelope& envelope) {
      if (const auto* message = std::get_if<M>(&envelope.message)) handler(*message);
    });
  }

  /// Every envelope of a topic, of whatever type: for relays and loggers.
  void on_envelope(Role role, std::function<void(const Envelope&)> handler);

  /// The bus's events, and this client's own (`gap`, `undecodable`, `loop`).
  void on_event(EventHandler handler);

  /// The messages that never came, on the topics that this client has handlers for: the sums of
  /// the `gap` events. Of publishers that send no `meta` nothing is known. One that this bus's own
  /// full inbox dropped is counted here and as overflowed; one that is undecodable here, too.
  Losses losses() const;

  /// Publishes on the topic that the message's type belongs to, with the bus's id and the message's
  /// number in `meta` (see Bus::publish_numbered); web_in has no `meta`. Throws as Bus::publish
  /// does. An UnknownType has no topic of its own and is refused.
  void publish(const Message& message);

  /// Publishes an out::Privmsg, out::Action or out::Raw, and asks the bridge what becomes of it:
  /// `ended` is called exactly once, as a handler, with a receipt that is confirmed, sent, failed
  /// or unknown; before it `queued`, if there is one and the bridge takes the message. Returns the
  /// message's `id`, which is to be empty before. It may be called before this returns.
  ///
  /// The first such message subscribes to the topic of receipts, and waits until that is live,
  /// whatever ClientOptions::subscribe says. No ending within receipt_timeout is `unknown`, with
  /// the code "timeout"; what comes later is passed over. Nobody is called any more once the client
  /// is destroyed or the bus closes.
  /// Throws as publish and Bus::subscribe do, and then nobody is called; outbox_full if
  /// most_receipts are awaited; unsupported on an inline bus without a VirtualClock.
  std::string track(const Message& message, ReceiptHandler ended, ReceiptHandler queued = {});
  /// The same for a program that waits: irc.track(out::Privmsg{...}).get().
  PendingReceipt track(const Message& message);

  /// Says `text` in a channel or to a nick ("#pdxbots", "#a,#b"); `network` may be left empty.
  void say(std::string_view to, std::string_view text, std::string_view network = {});
  /// "/me text".
  void action(std::string_view to, std::string_view text, std::string_view network = {});
  /// An IRC line as it is, if the bridge lets its command pass.
  void raw(std::string_view command, std::string_view network = {});

  /// The same three with a receipt: see track().
  void say(std::string_view to, std::string_view text, std::string_view network,
           ReceiptHandler ended, ReceiptHandler queued = {});
  void action(std::string_view to, std::string_view text, std::string_view network,
              ReceiptHandler ended, ReceiptHandler queued = {});
  void raw(std::string_view command, std::string_view network, ReceiptHandler ended,
           ReceiptHandler queued = {});

  /// Answers where the message came from: the right network, the channel or the private chat.
  /// Bots that answer each other would never end, so false, nothing said and an event `loop`: for a
  /// sender that the network marks as a bot, the bot itself (as `connected` and `nick` on the topic
  /// have told), and one who in that place got 5 answers of one text, or 20 of any, within 60 s;
  /// until for 60 s there was nothing to answer them. Unless ClientOptions::answer_bots; but what
  /// is marked as said by the bot itself (`self`) is not answered even then.
  /// With `ended` it asks for a receipt: see track().
  template <class M>
  bool reply(const M& message, std::string_view text, ReceiptHandler ended = {}) {
    static_assert(!std::is_same_v<M, in::Notice>,
                  "a NOTICE is never answered: bots that do talk to each other for ever");
    LoopGuard::Answer answer{message.network, message.channel, message.sender, false, text};
    if constexpr (requires { message.bot; }) answer.to_bot = message.bot;
    if constexpr (requires { message.self; }) answer.to_self = message.self;
    if (!may_answer(answer)) return false;
    if (ended)
      say(message.channel, text, message.network, std::move(ended));
    else
      say(message.channel, text, message.network);
    return true;
  }

 private:
  struct Topic;

  using EnvelopeHandler = std::function<void(const Envelope&)>;

  void add(Role role, EnvelopeHandler handler);
  void subscribe(Topic& topic);
  void listen_to_receipts();
  void publish_tracked(const Message& message, const std::string& id);
  bool expects(const std::string& filter) const;
  void received(Topic& topic, const Delivery& delivery);
  void heard(const Pulse& pulse);
  bool may_answer(const LoopGuard::Answer& answer);
  void learn_nick(const Message& message);
  void count(const Topic& topic, const Meta& meta);
  void emit(const Event& event);
  void emit(const Gaps::Gap& gap);
  Topic& topic(Role role) { return *topics_.at(role); }

  Bus& bus_;
  const ClientOptions options_;
  mutable std::mutex mutex_;
  std::map<Role, std::unique_ptr<Topic>> topics_;
  std::vector<std::shared_ptr<EventHandler>> event_handlers_;
  std::vector<Subscription> events_;
  Gaps gaps_;          // guarded by mutex_
  LoopGuard answers_;  // guarded by mutex_
  Once listens_to_pulses_, listens_to_receipts_;
  Subscription pulses_;
  const std::shared_ptr<OpenReceipts> receipts_;
};

}  // namespace tubes

#include <optional>
#include <set>
#include <string>
#include <utility>

#include <tubes/bridge/irc/session.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/proto/codec.hpp>

#include "fuzz.hpp"

// A server and a bus that say anything to a session with IRC.
namespace tubes::fuzz {
namespace {

using namespace irc;

constexpr std::string_view secret = "hunter2";
constexpr std::size_t most_waiting = 20;  // messages, while the network is away

SessionOptions options() {
  SessionOptions bot;
  bot.network = "net";
  bot.nick = "bot";
  bot.user = "user";
  bot.realname = "A Bot";
  bot.password = secret;
  bot.channels = {"#a", "#b key"};
  bot.waiting.messages = most_waiting;
  return bot;
}

/// With a login: SASL, required or not, or NickServ alone.
SessionOptions with_login(unsigned kind) {
  auto bot = options();
  if (kind % 3 != 0) bot.nickserv = NickservOptions{std::string{secret}, ""};
  if (kind % 3 == 1) return bot;
  bot.sasl = SaslOptions{
      {"EXTERNAL", "SCRAM-SHA-256", "PLAIN"}, {"bot", std::string{secret}, ""}, kind % 3 == 0};
  return bot;
}

/// Of lines within the limit; returns how many of them say something.
std::size_t check_lines(std::string_view bytes, std::size_t limit) {
  std::size_t speech = 0;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    require(end != bytes.npos, "what is sent are lines", bytes);
    auto line = bytes.substr(0, end + 1);
    require(line.ends_with("\r\n") &&
                line.find_first_of(std::string_view("\r\n\0", 3)) == line.size() - 2,
            "no CR, LF or NUL reaches a line", line);
    if (line.starts_with("@label=")) line.remove_prefix(line.find(' ') + 1);
    require(line.size() <= limit, "no line is over its limit", line);
    if (line.starts_with("PRIVMSG ") || line.starts_with("NOTICE ")) ++speech;
    bytes.remove_prefix(end + 1);
  }
  return speech;
}

std::size_t check_output(const Session::Output& output, std::size_t limit) {
  const auto speech = check_lines(output.bytes, limit);
  for (const auto& warning : output.warnings) {
    require(printable(warning) == warning, "a warning is printable", warning);
    require(warning.find(secret) == warning.npos, "no secret is in a warning", warning);
  }
  if (output.close) require(output.close->find(secret) == std::string::npos, "nor in a reason");
  for (const auto& event : output.events) {
    const auto decoded = decode(Role::in, encode({event, {}, {}}, WireFormat::json));
    require(decoded.envelope && decoded.envelope->message == event, "events are UTF-8");
  }
  return speech;
}

/// The text `times` over, the numbers from 0 on in place of each '%'.
std::string repeated(std::string_view text, unsigned times) {
  std::string all;
  for (unsigned i = 0; i < times; ++i)
    for (const char c : text) c == '%' ? all += std::to_string(i) : all += c;
  return all;
}

/// The receipts, as one can compare them.
std::string told(const Session::Output& output) {
  std::string all;
  for (const auto& [id, queued, fate] : output.receipts)
    all += id + (queued ? " queued" : " " + std::to_string(static_cast<int>(fate.outcome))) + ' ' +
           fate.code + ' ' + fate.reason + ' ' + fate.time + ' ' + fate.msgid + '\n';
  return all;
}

void require_same(const Session::Output& a, const Session::Output& b) {
  require(
      a.events == b.events && a.warnings == b.warnings && a.close == b.close && told(a) == told(b),
      "where the bytes are cut makes no difference", a.bytes);
}

/// Two sessions that live through the same; one hears its server in small pieces.
class Life {
 public:
  Life() {
    both([&](Session& session) {
      session.connected(now_);
      session.bytes(now_, ":s 001 bot :Welcome\r\n:s 376 bot :End\r\n");
    });
  }

  void step(Choices& choices) {
    const auto choice = choices.byte();
    if (choice >= first_login) return begin_with_login(choice);
    if (choice >= first_flood) return flood(choice % 5, choices);
    switch (choice % 10) {
      case 0:
        return say(choices, irc::say);
      case 1:
        return say(choices, irc::action);
      case 2:
        return raw(choices.text());
      case 3:
        return pass(std::chrono::seconds(choices.byte()));
      case 4:
        return both([&](Session& session) { session.quit(now_, "bye"); });
      case 5:
        return reconnect(choices.text());
      default:
        return hear(choices.text(), choices.byte());
    }
  }

  void check() {
    const auto output = whole_->take();
    said_ += check_output(output, limit_);
    require_same(output, cut_->take());
    closing_ = closing_ || output.close;
    require(!std::exchange(due_, false) || closing_, "what is due is done, and not due again");
    for (const auto& receipt : output.receipts) note(receipt);
    told_ += output.events.size() + output.warnings.size();
    ++steps_;
    require(told_ <= 4 * (heard_ + steps_), "no more is told than happens");
    const auto next = whole_->next_deadline(now_);
    require(next == cut_->next_deadline(now_), "both wait for the same");
  }

  /// Lets out what waits, which tells how much that was.
  void drain() {
    said_ = 0;
    for (std::size_t i = 0; i < 2 * OutgoingQueue::limit && !closing_; ++i) {
      hear(":s PONG s tubes", 0);  // it is not silent
      const auto next = whole_->next_deadline(now_);
      if (!next || *next - now_ > longest_wait) break;
      pass(*next - now_);
      check();
    }
    require(said_ <= most_said, "what waits to be said is bounded");
  }

  /// The end: each that asked has its ending.
  void stop() {
    both([&](Session& session) { session.stop(now_, "bye"); });
    check();
    require(open_.empty(), "each message that asked for a receipt has one ending");
  }

 private:
  static constexpr unsigned first_flood = 240, first_login = 250;
  /// Lines that have their turns, and those of the messages that wait for them.
  static constexpr std::size_t most_said = (1 + most_waiting) * OutgoingQueue::limit;
  static constexpr std::chrono::seconds longest_wait{20};  ///< of what waits to be said

  template <class Action>
  void both(Action action) {
    action(*whole_);
    action(*cut_);
  }

  /// `queued` comes first, if it does; of several endings the second is one of nothing.
  void note(const irc::Receipt& receipt) {
    const bool asked = open_.contains(receipt.id);
    require(asked, "a receipt is for what asked for one, and has no ending yet", receipt.id);
    if (receipt.queued)
      return require(queued_.insert(receipt.id).second, "queued is told once", receipt.id);
    open_.erase(receipt.id);
    const auto outcome = receipt.fate.outcome;
    const bool has_code = outcome == Outcome::failed || outcome == Outcome::unknown;
    require(receipt.fate.code.empty() != has_code, "a code says why", receipt.fate.code);
    require(printable(receipt.fate.reason) == receipt.fate.reason, "a reason is printable");
    require(receipt.fate.reason.find(secret) == std::string::npos, "no secret is in a reason");
  }

  /// Much of one thing, or a time that passes up to the very moment that the session waits for.
  void flood(unsigned kind, Choices& choices) {
    const auto times = 1 + choices.below(64);
    if (kind == 0) return hear(repeated(choices.text(), times), choices.byte());
    if (kind == 1) return say(choices.text(), repeated(choices.text(), times), irc::say);
    if (kind == 2) return say(choices.text(), repeated(choices.text(), times), irc::action);
    if (kind == 3) return away(choices.text());
    if (const auto next = whole_->next_deadline(now_)) pass(std::max(Time{0}, *next - now_));
  }

  /// Two others, up to where a server that has SASL waits for the login.
  void begin_with_login(unsigned kind) {
    whole_.emplace(with_login(kind));
    cut_.emplace(with_login(kind));
    open_.clear();
    begin();
    both([&](Session& session) {
      session.bytes(now_, ":s CAP * LS :sasl\r\n:s CAP * ACK :sasl\r\n");
    });
  }

  /// Both refuse, or none does. Returns whether they do.
  template <class Action>
  bool refusing(Action action) {
    std::string refusals[2];
    auto* refusal = refusals;
    both([&](Session& session) {
      try {
        action(session);
      } catch (const Error& error) {
        require(error.code() == ErrorCode::refused || error.code() == ErrorCode::outbox_full,
                "only what perform() may throw", error.what());
        *refusal = error.what();
      }
      ++refusal;
    });
    require(refusals[0] == refusals[1], "both refuse the same", refusals[0]);
    return !refusals[0].empty();
  }

  using Speak = Command (*)(std::string_view, std::string_view);

  void say(Choices& choices, Speak how) {
    const auto to = choices.bytes(choices.below(16));
    say(to, choices.text(), how);
  }

  void say(std::string_view to, std::string_view text, Speak how) { ask(how(to, text)); }
  void raw(std::string_view line) { ask(irc::raw(line)); }

  /// Three of four ask for receipts.
  void ask(Command command) {
    const auto number = ++asked_;
    if (number % 4 != 0) command.id = std::to_string(number);
    if (refusing([&](Session& session) { session.perform(now_, command); })) return;
    if (!command.id.empty()) open_.insert(command.id);
  }

  void pass(Time time) {
    now_ += time;
    // What one call lets out may make room for what waits, at once.
    for (int calls = 0; calls < 2; ++calls) {
      both([&](Session& session) { session.tick(now_); });
      const auto next = whole_->next_deadline(now_);
      due_ = next && *next <= now_;
      if (!due_) break;
    }
  }

  void begin() {
    limit_ = max_line;
    closing_ = false;
    both([&](Session& session) { session.connected(now_); });
  }

  /// The connection breaks, and something may be said before the next one.
  void away(std::string_view reason) {
    both([&](Session& session) { session.closed(now_, reason); });
    check();
    closing_ = false;
  }

  void reconnect(std::string_view reason) {
    away(reason);
    begin();
  }

  void hear(std::string_view bytes, unsigned seed) {
    const auto lines = std::string(bytes) + "\r\n";
    heard_ += static_cast<std::size_t>(
        std::ranges::count_if(lines, [](char c) { return c == '\r' || c == '\n'; }));
    if (lines.find("LINELEN") != lines.npos) limit_ = longest_line;
    whole_->bytes(now_, lines);
    in_pieces(lines, seed, [&](auto piece) { cut_->bytes(now_, piece); });
  }

  std::size_t limit_ = max_line;  ///< of lines, as far as the server may have said
  std::size_t said_ = 0, told_ = 0, heard_ = 0, steps_ = 0;
  std::size_t asked_ = 0;
  std::set<std::string> open_, queued_;  ///< ids: without an ending, and those told of
  bool closing_ = false, due_ = false;
  Time now_ = std::chrono::seconds(100);
  std::optional<Session> whole_{options()}, cut_{options()};
};

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tubes::fuzz::Choices choices(data, size);
  tubes::fuzz::Life life;
  while (choices.any()) {
    life.step(choices);
    life.check();
  }
  life.drain();
  life.stop();
  return 0;
}

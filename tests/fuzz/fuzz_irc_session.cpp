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

SessionOptions options() {
  SessionOptions bot;
  bot.network = "net";
  bot.nick = "bot";
  bot.user = "user";
  bot.realname = "A Bot";
  bot.password = secret;
  bot.channels = {"#a", "#b key"};
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

void check_lines(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    require(end != bytes.npos && end < longest_line, "what is sent are lines", bytes);
    const auto line = bytes.substr(0, end + 1);
    require(line.ends_with("\r\n") &&
                line.find_first_of(std::string_view("\r\n\0", 3)) == line.size() - 2,
            "no CR, LF or NUL reaches a line", line);
    bytes.remove_prefix(end + 1);
  }
}

void check_output(const Session::Output& output) {
  check_lines(output.bytes);
  for (const auto& warning : output.warnings) {
    require(printable(warning) == warning, "a warning is printable", warning);
    require(warning.find(secret) == warning.npos, "no secret is in a warning", warning);
  }
  if (output.close) require(output.close->find(secret) == std::string::npos, "nor in a reason");
  for (const auto& event : output.events) {
    const auto decoded = decode(Role::in, encode({event, {}, {}}, WireFormat::json));
    require(decoded.envelope && decoded.envelope->message == event, "events are UTF-8");
  }
}

void require_same(const Session::Output& a, const Session::Output& b) {
  require(a.events == b.events && a.warnings == b.warnings && a.close == b.close,
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
    switch (choice % 10) {
      case 0:
        return say(choices, irc::say);
      case 1:
        return say(choices, irc::action);
      case 2:
        return raw(choices.text());
      case 3:
        return pass(choices.byte());
      case 4:
        return both([&](Session& session) { session.quit("bye"); });
      case 5:
        return reconnect(choices.text());
      default:
        return hear(choices.text(), choices.byte());
    }
  }

  void check() {
    const auto output = whole_->take();
    check_output(output);
    require_same(output, cut_->take());
    const auto next = whole_->next_deadline(now_);
    require(next == cut_->next_deadline(now_), "both wait for the same");
  }

 private:
  static constexpr unsigned first_login = 250;

  template <class Action>
  void both(Action action) {
    action(*whole_);
    action(*cut_);
  }

  /// Two others, up to where a server that has SASL waits for the login.
  void begin_with_login(unsigned kind) {
    whole_.emplace(with_login(kind));
    cut_.emplace(with_login(kind));
    both([&](Session& session) {
      session.connected(now_);
      session.bytes(now_, ":s CAP * LS :sasl\r\n:s CAP * ACK :sasl\r\n");
    });
  }

  /// Both refuse, or none does.
  template <class Action>
  void refusing(Action action) {
    std::string refusals[2];
    auto* refusal = refusals;
    both([&](Session& session) {
      try {
        action(session);
      } catch (const Error& error) {
        require(error.code() == ErrorCode::refused, "only Error{refused}", error.what());
        *refusal = error.what();
      }
      ++refusal;
    });
    require(refusals[0] == refusals[1], "both refuse the same", refusals[0]);
  }

  void say(Choices& choices, Command (*how)(std::string_view, std::string_view)) {
    const auto to = choices.bytes(choices.below(16));
    const auto text = choices.text();
    auto command = how(to, text);
    if (text.size() % 2 != 0) command.id = std::to_string(text.size());
    refusing([&](Session& session) { session.perform(now_, command); });
  }

  void raw(std::string_view command) {
    refusing([&](Session& session) { session.perform(now_, irc::raw(command)); });
  }

  void pass(unsigned seconds) {
    now_ += std::chrono::seconds(seconds);
    both([&](Session& session) { session.tick(now_); });
  }

  void reconnect(std::string_view reason) {
    both([&](Session& session) {
      session.closed(now_, reason);
      check_output(session.take());
      session.connected(now_);
    });
  }

  void hear(std::string_view bytes, unsigned seed) {
    const auto lines = std::string(bytes) + "\r\n";
    whole_->bytes(now_, lines);
    in_pieces(lines, seed, [&](auto piece) { cut_->bytes(now_, piece); });
  }

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
  return 0;
}

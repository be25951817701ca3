#include <tubes/bus/error.hpp>

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

using Receipts = std::vector<std::string>;

/// Each as "id state code".
Receipts shown(const std::vector<Receipt>& receipts) {
  Receipts all;
  for (const auto& [id, queued, fate] : receipts) {
    const auto* const outcome = fate.outcome == Outcome::confirmed ? "confirmed"
                                : fate.outcome == Outcome::sent    ? "sent"
                                : fate.outcome == Outcome::failed  ? "failed"
                                                                   : "unknown";
    auto text = id + ' ' + (queued ? "queued" : outcome);
    if (!fate.code.empty()) text += ' ' + fate.code;
    all.push_back(text);
  }
  return all;
}

Command with_id(Command command, const std::string& id) {
  command.id = id;
  return command;
}

/// In no channel: a JOIN is a line that nobody asks about, with a PING between it and those.
SessionOptions without_channels() {
  auto options = bot_options();
  options.channels.clear();
  return options;
}

Command of_sender(const std::string& sender, Command command) {
  command.sender = sender;
  return command;
}

struct Asking : Conversation {
  explicit Asking(SessionOptions options = without_channels()) : Conversation(std::move(options)) {}

  Session::Output ask(const std::string& id, Command command) {
    session.perform(now, with_id(std::move(command), id));
    return session.take();
  }

  Session::Output lose() {
    session.closed(now, "connection reset");
    return session.take();
  }
};

SessionOptions waiting(std::chrono::seconds seconds, std::size_t messages) {
  auto options = without_channels();
  options.waiting = {seconds, messages};
  return options;
}

TEST_CASE("a message with an id has a receipt when it is taken, and one when its fate is known") {
  Asking c;
  c.register_as("bot");
  const auto asked = c.ask("7", say("#a", "hi"));
  CHECK(asked.bytes == "PRIVMSG #a :hi\r\nPING receipt-1\r\n");
  CHECK(shown(asked.receipts) == Receipts{"7 queued"});
  CHECK(c.server(":s 421 bot OTHER :?").receipts.empty());
  CHECK(shown(c.server(":s PONG s :receipt-1").receipts) == Receipts{"7 sent"});
  CHECK(c.session.idle());
}

TEST_CASE("a message without an id has no receipt and causes no PING") {
  Asking c;
  c.register_as("bot");
  const auto asked = c.ask("", say("#a", "hi"));
  CHECK(asked.bytes == "PRIVMSG #a :hi\r\n");
  CHECK(asked.receipts.empty());
  CHECK(c.server(":s 404 bot #a :Cannot send").receipts.empty());
}

TEST_CASE("a message of several lines has the fate of the worst of them, once") {
  Asking c;
  c.register_as("bot");
  c.ask("7", say("#a,#b", "one\ntwo"));
  CHECK(c.server(":bot!u@h PRIVMSG #a :one").receipts.empty());
  const auto refused = c.server(":s 404 bot #b :Cannot send to channel");
  CHECK(refused.receipts.empty());
  CHECK(c.server(":bot!u@h PRIVMSG #a :two").receipts.empty());
  const auto over = c.server(":s PONG s :receipt-1").receipts;
  REQUIRE(shown(over) == Receipts{"7 failed 404"});
  CHECK(over[0].fate.reason == "404 #b Cannot send to channel");
}

TEST_CASE("what was in flight when the connection broke is unknown, and not said again") {
  Asking c;
  c.register_as("bot");
  c.ask("7", say("#a", "hi"));
  CHECK(shown(c.lose().receipts) == Receipts{"7 unknown connection_lost"});
  CHECK(c.register_as("bot").bytes.empty());
  CHECK(c.session.idle());
}

TEST_CASE("what had not left when the connection broke is said on the next one, in its order") {
  auto options = without_channels();
  options.flood = {1, 0.5};
  Asking c{options};
  c.register_as("bot");
  CHECK(c.ask("1", say("#a", "one")).bytes == "PRIVMSG #a :one\r\nPING receipt-1\r\n");
  c.ask("2", say("#a", "two"));
  c.ask("3", say("#b", "three"));
  CHECK(shown(c.lose().receipts) == Receipts{"1 unknown connection_lost"});
  CHECK(shown(c.ask("4", say("#a", "four")).receipts) == Receipts{"4 queued"});
  std::string bytes = c.register_as("bot").bytes;
  for (int i = 0; i < 4; ++i) bytes += c.tick(2s).bytes;
  CHECK(bytes ==
        "PRIVMSG #a :two\r\nPRIVMSG #b :three\r\nPING receipt-2\r\nPRIVMSG #a :four\r\n"
        "PING receipt-3\r\n");
}

TEST_CASE(
    "a message that had left in part when the connection broke has failed, and is not said again") {
  auto options = without_channels();
  options.flood = {1, 0.5};
  Asking c{options};
  c.register_as("bot");
  c.ask("7", say("#a", "one\ntwo"));
  const auto lost = c.lose();
  REQUIRE(shown(lost.receipts) == Receipts{"7 failed connection_lost"});
  CHECK(lost.receipts[0].fate.reason == "the connection broke after 1 of 2 lines of a message");
  CHECK(lost.warnings.size() == 1);
  CHECK(c.register_as("bot").bytes.empty());
}

TEST_CASE("what waits for the network longer than it may has failed") {
  Asking c{waiting(300s, 10)};
  CHECK(shown(c.ask("1", say("#a", "one")).receipts) == Receipts{"1 queued"});
  c.now += 10s;
  c.ask("2", say("#a", "two"));
  REQUIRE(c.session.next_deadline(c.now));
  CHECK(*c.session.next_deadline(c.now) == c.now + 290s);
  CHECK(c.tick(289s).receipts.empty());
  const auto late = c.tick(1s);
  CHECK(shown(late.receipts) == Receipts{"1 failed expired"});
  CHECK(late.warnings.size() == 1);
  CHECK(c.register_as("bot").bytes == "PRIVMSG #a :two\r\nPING receipt-1\r\n");
}

TEST_CASE("an attempt to connect that fails does not make messages wait longer") {
  Asking c{waiting(300s, 10)};
  c.ask("1", say("#a", "one"));
  c.now += 200s;
  c.session.connected(c.now);
  c.lose();
  CHECK(shown(c.tick(100s).receipts) == Receipts{"1 failed expired"});
}

TEST_CASE("no more messages than may wait are taken") {
  Asking c{waiting(300s, 2)};
  c.ask("1", say("#a", "one"));
  CHECK_THROWS_WITH_AS(
      c.session.perform(c.now, say("#a", "two")),
      "too much at once: more than 1 messages of one sender would wait for the network", Error);
  c.ask("2", of_sender("other", say("#a", "two")));
  CHECK_THROWS_WITH_AS(c.session.perform(c.now, of_sender("third", say("#a", "three"))),
                       "too much at once: more than 2 messages would wait for the network", Error);
  CHECK(c.session.take().receipts.empty());
}

TEST_CASE("no more bytes than may wait are taken, however few the messages") {
  Asking c{waiting(300s, 1000)};
  const std::string text(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 7; ++i) c.session.perform(c.now, say("#a", text));
  CHECK_THROWS_AS(c.session.perform(c.now, say("#a", text)), Error);
  c.session.perform(c.now, of_sender("other", say("#a", text)));
  c.session.perform(c.now, say("#a", "short"));
}

TEST_CASE("what turns out to be no message for this network fails when it is its turn") {
  Asking c;
  c.ask("1", say("!chan", "one"));
  c.ask("2", raw("QUIT"));
  c.ask("3", say(
                 "#a", std::string(201, '\n') + [] {
                   std::string text;
                   for (int i = 0; i < 201; ++i) text += "x\n";
                   return text;
                 }()));
  c.ask("4", say("#a", "four"));
  const auto told = c.register_as("bot");
  CHECK(shown(told.receipts) ==
        Receipts{"1 failed refused", "2 failed refused", "3 failed refused"});
  CHECK(told.warnings.size() == 3);
  CHECK(told.bytes.find("PRIVMSG #a :four") != std::string::npos);
}

TEST_CASE("what waits comes into the queue as there is room, each place in its order") {
  auto options = waiting(300s, 1000);
  options.flood = {10, 1};
  Asking c{options};
  std::string many;
  for (int i = 0; i < 150; ++i) many += "x\n";
  c.ask("1", say("#a", many));
  c.ask("2", say("#a", many));
  c.ask("3", say("#a", "last"));
  c.ask("4", say("#b", "other"));
  std::string bytes = c.register_as("bot").bytes;
  CHECK(bytes.find("PRIVMSG #b :other") != std::string::npos);
  for (int i = 0; i < 800; ++i) {
    c.server(":s NOTICE * :still here");
    bytes += c.tick(1s).bytes;
  }
  CHECK(bytes.find("last") != std::string::npos);
  CHECK(bytes.rfind(":x\r\n") < bytes.find("last"));
}

TEST_CASE("what a bot says stands behind what it has waiting") {
  auto options = waiting(300s, 1000);
  options.flood = {1, 1};
  Asking c{options};
  std::string many;
  for (int i = 0; i < 150; ++i) many += "x\n";
  c.session.perform(c.now, say("#a", many));
  c.session.perform(c.now, say("#a", many));  // has no room yet
  c.register_as("bot");
  c.session.perform(c.now, say("#a", "last"));
  std::string bytes;
  for (int i = 0; i < 400; ++i) {
    c.server(":s NOTICE * :still here");
    bytes += c.tick(1s).bytes;
  }
  REQUIRE(bytes.find("last") != std::string::npos);
  CHECK(bytes.rfind(":x\r\n") < bytes.find("last"));
}

TEST_CASE("what one bot has waiting holds up no other") {
  auto options = waiting(300s, 1000);
  options.flood = {1, 1};
  Asking c{options};
  for (int i = 0; i < 400; ++i) c.session.perform(c.now, of_sender("noisy", say("#a", "x\ny")));
  c.register_as("bot");
  c.session.perform(c.now, of_sender("quiet", say("#b", "here")));
  std::string bytes;
  for (int i = 0; i < 3; ++i) bytes += c.tick(1s).bytes;
  CHECK(bytes.find("PRIVMSG #b :here") != std::string::npos);
}

TEST_CASE("nothing leaves on a connection that is given up, and waits for the next") {
  auto options = without_channels();
  options.flood = {1, 1};
  Asking c{options};
  c.register_as("bot");
  c.session.perform(c.now, say("#a", "one\ntwo"));
  c.session.perform(c.now, of_sender("other", say("#a", "three")));
  c.session.take();
  c.now += 1s;
  const auto last = c.server("ERROR :Closing link");
  CHECK(last.close);
  CHECK(last.bytes.empty());
  c.lose();
  CHECK(c.register_as("bot").bytes == "PRIVMSG #a :three\r\n");
}

TEST_CASE("the PINGs for receipts are a part of the burst") {
  auto options = without_channels();
  options.flood = {4, 0.5};
  Asking c{options};
  for (const char* id : {"1", "2", "3", "4"}) c.ask(id, say("#a", id));
  const auto bytes = c.register_as("bot").bytes;
  CHECK(bytes ==
        "PRIVMSG #a :1\r\nPING receipt-1\r\nPRIVMSG #a :2\r\nPING receipt-2\r\nPRIVMSG #a :3\r\n");
}

TEST_CASE("a refusal of the server is told though the connection broke before the rest had left") {
  auto options = without_channels();
  options.flood = {1, 0.5};
  Asking c{options};
  c.register_as("bot");
  c.ask("7", say("#a", "one\ntwo"));
  c.server(":s 404 bot #a :Cannot send");
  CHECK(shown(c.lose().receipts) == Receipts{"7 failed 404"});
}

TEST_CASE(
    "what waits can be handed to another session, which does not say again that it was taken") {
  Asking c;
  CHECK(shown(c.ask("7", say("#a", "hi")).receipts) == Receipts{"7 queued"});
  auto commands = c.session.take_waiting();
  REQUIRE(commands.size() == 1);
  CHECK(c.session.idle());
  Asking other;
  other.session.perform(other.now, std::move(commands[0]));
  CHECK(other.session.take().receipts.empty());
  CHECK(other.register_as("bot").bytes == "PRIVMSG #a :hi\r\nPING receipt-1\r\n");
}

TEST_CASE("a line of the session's own that is refused blames none of a bot's") {
  auto options = without_channels();
  options.flood = {1, 0.5};
  Asking c{options};
  c.ask("7", say("bot", "give me my nick"));
  c.ask("8", say("#a", "hi"));
  c.session.connected(c.now);
  c.server(":s 433 * bot :in use");
  c.server(":s 001 bot_ :Welcome");
  CHECK(c.server(":s 376 bot_ :End").bytes == "PRIVMSG bot :give me my nick\r\n");
  CHECK(c.server(":bot!u@h QUIT :bye").bytes == "PING receipt-1\r\nNICK bot\r\n");
  CHECK(shown(c.server(":s PONG s :receipt-1").receipts) == Receipts{"7 sent"});
  CHECK(c.server(":s 433 bot_ bot :in use").receipts.empty());
}

TEST_CASE("with labels the server's answer is the receipt") {
  Asking c;
  c.session.connected(c.now);
  c.server(":s CAP * LS :labeled-response batch message-tags echo-message");
  c.server(":s CAP * ACK :batch echo-message labeled-response message-tags");
  c.server(":s 001 bot :Welcome");
  c.server(":s 376 bot :End");
  CHECK(c.ask("7", say("#a", "hi")).bytes == "@label=1 PRIVMSG #a :hi\r\n");
  const auto told = c.server("@label=1;msgid=m1 :bot!u@h PRIVMSG #a :hi").receipts;
  REQUIRE(shown(told) == Receipts{"7 confirmed"});
  CHECK(told[0].fate.msgid == "m1");
}

TEST_CASE("a session that stops tells the fate of all that it has") {
  auto options = without_channels();
  options.flood = {1, 0.5};
  Asking c{options};
  c.register_as("bot");
  c.ask("1", say("#a", "one"));
  c.ask("2", say("#a", "two"));
  CHECK_FALSE(c.session.idle());
  c.session.stop(c.now, "the bridge stops");
  CHECK(shown(c.session.take().receipts) == Receipts{"1 unknown stopping", "2 failed stopping"});
  CHECK(c.session.idle());
}

TEST_CASE("no secret is in a receipt's reason") {
  auto options = without_channels();
  options.password = "hunter2";
  Asking c{options};
  c.register_as("bot");
  c.ask("7", say("#a", "hi"));
  const auto told = c.server(":s 404 bot #a :hunter2").receipts;
  REQUIRE(told.size() == 1);
  CHECK(told[0].fate.reason == "404 #a ***");
}

}  // namespace
}  // namespace tubes::irc

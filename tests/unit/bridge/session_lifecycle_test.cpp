#include <random>

#include <tubes/bus/error.hpp>

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

TEST_CASE("a session registers with NICK and USER, and with PASS before them if it has one") {
  Conversation c;
  c.session.connected(c.now);
  CHECK(c.session.take().bytes == "CAP LS 302\r\nNICK bot\r\nUSER user 0 * :A Bot\r\n");
  auto options = bot_options();
  options.password = "pass word";
  Conversation with_password{options};
  with_password.session.connected(c.now);
  CHECK(with_password.session.take().bytes ==
        "CAP LS 302\r\nPASS :pass word\r\nNICK bot\r\nUSER user 0 * :A Bot\r\n");
}

/// With a password, over a connection that others can read.
struct InClear : Conversation {
  InClear() : Conversation(options()) {
    session.connected(now, true);
    CHECK(session.take().bytes == "CAP LS 302\r\n");
  }
  static SessionOptions options() {
    auto options = bot_options();
    options.password = "hunter2";
    return options;
  }
  static constexpr const char* registration =
      "PASS :hunter2\r\nNICK bot\r\nUSER user 0 * :A Bot\r\n";
};

TEST_CASE("over plain text a password waits until the server has said what it has") {
  InClear c;
  CHECK(c.server(":s NOTICE * :*** Looking up your hostname").bytes.empty());
  CHECK(c.server(":s 020 * :Please wait").bytes.empty());
  CHECK(c.server(":s CAP * LS * :example.org/x").bytes.empty());
  CHECK(c.server(":s CAP * LS :cap-notify").bytes == c.registration + std::string{"CAP END\r\n"});
  CHECK(c.tick(10s).bytes.empty());
}

TEST_CASE("over plain text a password goes at once to a server that knows no CAP, or soon") {
  for (const char* error : {":s 421 * CAP :Unknown command", ":s 451 * :You have not registered"}) {
    InClear c;
    const auto bytes = c.server(error).bytes;
    CHECK(bytes.find(c.registration) == 0);
  }
  InClear silent;
  CHECK(silent.session.next_deadline(silent.now) == silent.now + 2s);
  CHECK(silent.tick(1s).bytes.empty());
  CHECK(silent.tick(1s).bytes == silent.registration);
}

TEST_CASE("nothing waits without a password, or where nobody reads along") {
  Conversation without;
  without.session.connected(without.now, true);
  CHECK(without.session.take().bytes == "CAP LS 302\r\nNICK bot\r\nUSER user 0 * :A Bot\r\n");
  Conversation secure{InClear::options()};
  secure.session.connected(secure.now);
  CHECK(secure.session.take().bytes == std::string{"CAP LS 302\r\n"} + InClear::registration);
}

TEST_CASE("an option that would break out of its line is refused") {
  auto options = bot_options();
  options.realname = "x\r\nOPER root";
  CHECK_THROWS_AS(Session{options}, Error);
}

TEST_CASE("being welcomed is told with the nick as the server has it") {
  Conversation c;
  c.session.connected(c.now);
  const auto connected = events<in::Connected>(c.server(":s 001 bot2 :Welcome"));
  REQUIRE(connected.size() == 1);
  CHECK(connected[0].nick == "bot2");
  CHECK(connected[0].network == "net");
  CHECK(c.session.nick() == "bot2");
}

TEST_CASE("the channels are joined once, at the end of the MOTD or where there is none") {
  Conversation c;
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b\r\n");
  CHECK(c.server(":s 376 bot :End of /MOTD").bytes.empty());
  Conversation without;
  without.session.connected(without.now);
  without.server(":s 001 bot :Welcome");
  CHECK(without.server(":s 422 bot :MOTD File is missing").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE("a welcome to what is no nick leaves us the nick we asked for, with a warning") {
  Conversation c;
  c.session.connected(c.now);
  const auto output = c.server(":s 001 b\x1bot :Welcome");
  CHECK(c.session.nick() == "bot");
  CHECK(events<in::Connected>(output).at(0).nick == "bot");
  CHECK(output.warnings.at(0).find("\"b?ot\", which is no nick") != std::string::npos);
}

TEST_CASE("a nick that is taken gives way to the next alternate, with a warning") {
  for (const char* numeric : {"432", "433", "436", "437"}) {
    Conversation c;
    c.session.connected(c.now);
    c.session.take();
    const auto output = c.server(std::string{":s "} + numeric + " * bot :In use");
    CHECK(output.bytes == "NICK bot_\r\n");
    CHECK(output.warnings.size() == 1);
    CHECK(c.server(":s 433 * bot_ :In use").bytes == "NICK bot__\r\n");
    const auto connected = events<in::Connected>(c.server(":s 001 bot__ :Welcome"));
    REQUIRE(connected.size() == 1);
    CHECK(connected[0].nick == "bot__");
  }
}

TEST_CASE("when no alternate is free the connection is given up with the reason") {
  Conversation c;
  c.session.connected(c.now);
  for (int i = 0; i < 11; ++i) REQUIRE_FALSE(c.server(":s 433 * x :In use").close);
  const auto output = c.server(":s 433 * x :In use");
  REQUIRE(output.close);
  CHECK(output.close->find("no nick is free") == 0);
}

TEST_CASE("a nick refused later is a warning, and changes nothing") {
  Conversation c;
  c.register_as("bot");
  const auto output = c.server(":s 433 bot other :In use");
  CHECK(output.bytes.empty());
  CHECK(output.warnings == std::vector<std::string>{"433 other In use"});
  CHECK(c.session.nick() == "bot");
}

TEST_CASE("a change of our nick is followed, one of another's is not") {
  Conversation c;
  c.register_as("bot");
  CHECK(events<in::Nick>(c.server(":eve!e@h NICK adam")).size() == 1);
  CHECK(c.session.nick() == "bot");
  const auto output = c.server(":BOT!u@h NICK robot");
  CHECK(events<in::Nick>(output).at(0).nick == "robot");
  CHECK(c.session.nick() == "robot");
}

TEST_CASE("a wrong password gives up with an error that does not show it") {
  auto options = bot_options();
  options.password = "hunter2";
  Conversation c{options};
  c.session.connected(c.now);
  const auto output = c.server(":s 464 * :Password incorrect");
  REQUIRE(output.close);
  CHECK(output.close->find("refused the password") != std::string::npos);
  CHECK(output.close->find("hunter2") == std::string::npos);
}

TEST_CASE("a server that does not let us in in time is given up") {
  Conversation c;
  c.session.connected(c.now);
  CHECK(c.session.next_deadline(c.now) == c.now + 60s);
  CHECK_FALSE(c.tick(59s).close);
  CHECK(c.tick(1s).close == "the server did not let us in within 60 s");
}

TEST_CASE("a silent server is asked, and given up when it does not answer") {
  Conversation c;
  c.register_as("bot");
  CHECK(c.tick(119s).bytes.empty());
  CHECK(c.tick(1s).bytes == "PING lag-1\r\n");
  CHECK(c.session.next_deadline(c.now) == c.now + 60s);
  CHECK_FALSE(c.tick(59s).close);
  CHECK(c.tick(1s).close == "the server has been silent for 180 s");
}

TEST_CASE("an answer to our PING starts the silence anew") {
  Conversation c;
  c.register_as("bot");
  CHECK(c.tick(120s).bytes == "PING lag-1\r\n");
  c.server(":s PONG s lag-1");
  CHECK(c.tick(119s).bytes.empty());
  CHECK(c.tick(1s).bytes == "PING lag-2\r\n");
}

TEST_CASE("ERROR ends the connection with the server's reason, and nothing after it is read") {
  Conversation c;
  c.register_as("bot");
  c.session.bytes(c.now, "ERROR :Closing link\r\n:eve!e@h PRIVMSG #a :hi\r\n");
  const auto output = c.session.take();
  CHECK(output.close == "the server closed the link: Closing link");
  CHECK(output.events.empty());
}

TEST_CASE("a lost connection is told once, and only if there was one") {
  Conversation c;
  c.session.connected(c.now);
  c.session.closed(c.now, "connection reset");
  CHECK(c.session.take().events.empty());
  c.register_as("bot");
  c.session.closed(c.now, "connection reset");
  const auto lost = events<in::Disconnected>(c.session.take());
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].reason == "connection reset");
  CHECK(lost[0].network == "net");
  CHECK_FALSE(c.session.next_deadline(c.now));
}

TEST_CASE(
    "messages that waited for their turn when the connection broke are said on the next one") {
  Conversation c;
  c.register_as("bot");
  for (int i = 0; i < 7; ++i) c.session.perform(c.now, say("#a", std::to_string(i)));
  c.session.take();
  c.session.closed(c.now, "connection reset");
  CHECK(c.session.take().warnings.empty());
  const auto bytes = c.register_as("bot").bytes;
  CHECK(bytes == "JOIN #a,#b\r\nPRIVMSG #a :4\r\nPRIVMSG #a :5\r\nPRIVMSG #a :6\r\n");
}

TEST_CASE("a new connection asks for the wanted nick and for all channels again") {
  Conversation c;
  c.register_as("bot_");
  c.server(":bot_!u@h JOIN #extra");
  c.server(":bot_!u@h PART #a");
  c.session.closed(c.now, "connection reset");
  c.session.connected(c.now);
  CHECK(c.session.take().bytes.find("NICK bot\r\n") != std::string::npos);
  CHECK(c.register_as("bot").bytes == "JOIN #b,#extra\r\n");
}

TEST_CASE("whatever a server sends, the session neither throws nor sends a broken line") {
  const std::vector<std::string> words = {":s",
                                          ":bot!u@h",
                                          "001",
                                          "005",
                                          "376",
                                          "433",
                                          "437",
                                          "353",
                                          "366",
                                          "396",
                                          "474",
                                          "JOIN",
                                          "PART",
                                          "NICK",
                                          "KICK",
                                          "PING",
                                          "MODE",
                                          "bot",
                                          "#a",
                                          "#a,#b",
                                          ":",
                                          ":x y",
                                          "#\x07",
                                          "\r",
                                          "\n",
                                          "CHANTYPES=!x",
                                          "NICKLEN=1",
                                          "CHANNELLEN=9999",
                                          "TARGMAX=JOIN:1",
                                          "STATUSMSG=@:",
                                          "BOT=B",
                                          "UTF8ONLY",
                                          "CHGHOST",
                                          std::string(1, '\0'),
                                          "#" + std::string(600, 'c'),
                                          "!" + std::string(600, 'c'),
                                          "\xFF\x80"};
  std::minstd_rand random{7};
  Conversation c;
  c.session.connected(c.now);
  for (int i = 0; i < 50'000; ++i) {
    std::string line;
    for (auto count = random() % 6; count > 0; --count)
      line += words[random() % words.size()] + " ";
    auto output = c.server(line);
    output.bytes += c.tick(1s).bytes;
    CHECK(output.bytes.find('\0') == std::string::npos);
    for (std::size_t at = 0; at < output.bytes.size();) {
      const auto end = output.bytes.find("\r\n", at);
      REQUIRE(end != std::string::npos);
      REQUIRE(end - at + 2 <= max_line);
      at = end + 2;
    }
    if (output.close) c.session.closed(c.now, *output.close), c.session.connected(c.now);
  }
}

TEST_CASE("a server cannot make us want what is no channel") {
  Conversation c;
  c.register_as("bot");
  for (const std::string& name :
       {"#" + std::string(600, 'c'), std::string{"#x,#y"}, std::string{"0"}}) {
    c.server(":bot!u@h JOIN " + name);
  }
  c.session.closed(c.now, "connection reset");
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE("a server cannot make a channel of what fits no JOIN") {
  Conversation c;
  c.register_as("bot");
  c.server(":s 005 bot CHANTYPES=#: :are supported by this server");
  c.server(":bot!u@h JOIN ::x");
  c.session.closed(c.now, "connection reset");
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b\r\n");
}

}  // namespace
}  // namespace tubes::irc

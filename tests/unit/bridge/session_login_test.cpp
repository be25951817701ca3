#include <tubes/bus/error.hpp>
#include <tubes/proto/text/base64.hpp>

#include "login_fixture.hpp"

namespace tubes::irc {
namespace {

TEST_CASE("registration ends after SASL, and the channels are joined as ever") {
  LoginConversation c{with_sasl({"PLAIN"}), "sasl=EXTERNAL,PLAIN"};
  c.say_password();
  CHECK(c.server(":s 900 * bot!u@h bot :You are now logged in as bot").bytes.empty());
  const auto output = c.server(":s 903 * :SASL authentication successful");
  CHECK(output.bytes == "CAP END\r\n");
  CHECK(output.warnings.empty());
  CHECK(events<in::Connected>(c.server(":s 001 bot :Welcome")).size() == 1);
  CHECK(c.server(":s 376 bot :End of /MOTD").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE("of the configured mechanisms the first that the server has is taken") {
  CHECK(LoginConversation{with_sasl({"SCRAM-SHA-256", "PLAIN"}), "sasl=EXTERNAL,PLAIN"}.begun ==
        "AUTHENTICATE PLAIN\r\n");
  CHECK(
      LoginConversation{with_sasl({"SCRAM-SHA-256", "PLAIN"}), "sasl=PLAIN,SCRAM-SHA-256"}.begun ==
      "AUTHENTICATE SCRAM-SHA-256\r\n");
  CHECK(LoginConversation{with_sasl({"EXTERNAL", "PLAIN"}), "sasl=PLAIN,EXTERNAL"}.begun ==
        "AUTHENTICATE EXTERNAL\r\n");
  CHECK(
      LoginConversation{with_sasl({"EXTERNAL", "PLAIN"}), "sasl=SCRAM-SHA-256-PLUS,PLAIN"}.begun ==
      "AUTHENTICATE PLAIN\r\n");
}

TEST_CASE("a server that does not say what it has is asked for the first, and tells with 908") {
  LoginConversation c{with_sasl({"EXTERNAL", "SCRAM-SHA-256", "PLAIN"})};
  CHECK(c.begun == "AUTHENTICATE EXTERNAL\r\n");
  CHECK(c.server(":s 908 * PLAIN,X :are available SASL mechanisms").bytes.empty());
  CHECK(c.server(":s 904 * :SASL authentication failed").bytes == "AUTHENTICATE PLAIN\r\n");
}

TEST_CASE("a mechanism that is refused gives way to the next") {
  for (const char* numeric : {"904", "905", "906"}) {
    LoginConversation c{with_sasl({"EXTERNAL", "PLAIN"})};
    CHECK(c.server("AUTHENTICATE +").bytes == "AUTHENTICATE Ym90\r\n");
    CHECK(c.server(std::string{":s "} + numeric + " * :no").bytes == "AUTHENTICATE PLAIN\r\n");
    CHECK(c.server("AUTHENTICATE +").bytes == plain_line);
    CHECK(c.server(":s 903 * :yes").bytes == "CAP END\r\n");
  }
}

TEST_CASE("a password that was refused is not tried again with another mechanism") {
  LoginConversation c{with_sasl({"PLAIN", "SCRAM-SHA-256"})};
  c.say_password();
  const auto output = c.server(":s 904 * :SASL authentication failed");
  CHECK(output.bytes.empty());
  REQUIRE(output.close);
  CHECK(*output.close ==
        "cannot log in to the account bot: the server refused PLAIN (904 SASL authentication "
        "failed); check the network's sasl in the configuration");
}

TEST_CASE("a mechanism that the server has not begun costs no password") {
  LoginConversation c{with_sasl({"SCRAM-SHA-256", "PLAIN"})};
  CHECK(c.server(":s 904 * :SASL authentication failed").bytes == "AUTHENTICATE PLAIN\r\n");
}

TEST_CASE("a login that is not required is a warning, and goes on without") {
  LoginConversation c{with_sasl({"PLAIN"}, false)};
  c.say_password();
  const auto output = c.server(":s 904 * :SASL authentication failed");
  CHECK(output.bytes == "CAP END\r\n");
  CHECK_FALSE(output.close);
  REQUIRE(output.warnings.size() == 1);
  CHECK(output.warnings[0] ==
        "cannot log in to the account bot: the server refused PLAIN (904 SASL authentication "
        "failed)");
  CHECK(c.server(":s 001 bot :Welcome").warnings.empty());
  CHECK(c.server(":s 376 bot :End of /MOTD").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE("an account that is locked ends the login, whatever mechanism would follow") {
  LoginConversation c{with_sasl({"EXTERNAL", "PLAIN"})};
  const auto output = c.server(":s 902 * :You must use a nick assigned to you");
  REQUIRE(output.close);
  CHECK(has(*output.close, "the server refused the account (902 You must use a nick"));
}

TEST_CASE("a server that says we are logged in already is believed") {
  LoginConversation c{with_sasl({"PLAIN"})};
  CHECK(c.server(":s 907 * :You have already authenticated using SASL").bytes == "CAP END\r\n");
}

TEST_CASE("without SASL on the server a required login gives up, and another goes on") {
  for (const char* line :
       {":s CAP * LS :some-notify", ":s 421 * CAP :Unknown command", ":s 001 bot :Welcome"}) {
    Conversation c{with_sasl({"PLAIN"})};
    c.session.connected(c.now);
    const auto output = c.server(line);
    REQUIRE(output.close);
    CHECK(*output.close ==
          "cannot log in to the account bot: the server offers no SASL; check the network's sasl "
          "in the configuration");
    CHECK(output.events.empty());
    Conversation optional{with_sasl({"PLAIN"}, false)};
    optional.session.connected(optional.now);
    const auto going_on = optional.server(line);
    CHECK_FALSE(going_on.close);
    CHECK(going_on.warnings.size() == 1);
    CHECK_FALSE(has(going_on.bytes, "AUTHENTICATE"));
  }
}

TEST_CASE("a server without a mechanism that we have is told with both lists") {
  LoginConversation c{with_sasl({"SCRAM-SHA-256"}, false), "sasl=PLAIN,EXTERNAL"};
  CHECK(c.begun == "CAP END\r\n");
  Conversation required{with_sasl({"SCRAM-SHA-256"})};
  required.session.connected(required.now);
  required.server(":s CAP * LS :sasl=PLAIN,EXTERNAL");
  CHECK(has(required.server(":s CAP * ACK :sasl").close.value_or(""),
            "the server offers PLAIN,EXTERNAL, not SCRAM-SHA-256"));
}

TEST_CASE("a server that refuses the capability, or takes it away, offers no SASL") {
  Conversation c{with_sasl({"PLAIN"})};
  c.session.connected(c.now);
  c.server(":s CAP * LS :sasl");
  CHECK(has(c.server(":s CAP * NAK :sasl").close.value_or(""), "offers no SASL"));
  LoginConversation taken{with_sasl({"PLAIN"})};
  CHECK(has(taken.server(":s CAP * DEL :sasl").close.value_or(""), "took SASL away"));
}

TEST_CASE("a server that knows no AUTHENTICATE is no server with SASL") {
  LoginConversation c{with_sasl({"PLAIN"})};
  const auto output = c.server(":s 421 * AUTHENTICATE :Unknown command");
  CHECK(has(output.close.value_or(""), "knows no AUTHENTICATE"));
}

TEST_CASE("services that do not answer are waited for 20 s") {
  LoginConversation c{with_sasl({"PLAIN"})};
  CHECK(c.session.next_deadline(c.now) == c.now + 20s);
  CHECK_FALSE(c.tick(19s).close);
  CHECK(has(c.tick(1s).close.value_or(""), "the server did not answer within 20 s"));
  LoginConversation optional{with_sasl({"PLAIN"}, false)};
  const auto output = optional.tick(20s);
  CHECK(output.bytes == "AUTHENTICATE *\r\nCAP END\r\n");
  CHECK(output.warnings.size() == 1);
  CHECK(optional.server(":s 906 * :SASL authentication aborted").bytes.empty());
}

TEST_CASE("a server that lets us in before the login is over is left, if it is required") {
  LoginConversation c{with_sasl({"PLAIN"})};
  const auto output = c.server(":s 001 bot :Welcome");
  CHECK(has(output.close.value_or(""), "let us in before the login was over"));
  CHECK(output.events.empty());
  CHECK_FALSE(c.session.registered());
}

/// A SCRAM login that has said its proof.
struct Scram : LoginConversation {
  explicit Scram(bool required)
      : LoginConversation(with_sasl({"SCRAM-SHA-256", "PLAIN"}, required)) {
    CHECK(begun == "AUTHENTICATE SCRAM-SHA-256\r\n");
    const auto first = said(server("AUTHENTICATE +").bytes);
    const auto nonce = first.substr(first.find("r=") + 2);
    CHECK(first == "n,,n=bot,r=" + nonce);
    const auto proof =
        said(server("AUTHENTICATE " + base64::encode("r=" + nonce + "x,s=QSXCR+Q6sek8bf92,i=4096"))
                 .bytes);
    CHECK(proof.starts_with("c=biws,r=" + nonce + "x,p="));
  }
  static std::string said(const std::string& line) {
    return base64::decode(line.substr(13, line.size() - 15)).value_or("no base64");
  }
};

TEST_CASE("a forged signature of the server ends the connection, required or not") {
  for (const bool required : {true, false}) {
    Scram c{required};
    const auto output = c.server("AUTHENTICATE " + base64::encode("v=" + base64::encode("forged")));
    CHECK(output.bytes.empty());
    REQUIRE(output.close);
    CHECK(has(*output.close, "the server's signature is wrong: it does not know the password"));
  }
}

TEST_CASE("success without the server's signature is not believed, and ends the connection") {
  for (const char* numeric : {":s 903 * :fine", ":s 907 * :already"}) {
    Scram c{false};
    const auto output = c.server(numeric);
    CHECK(output.bytes.empty());
    CHECK(has(output.close.value_or(""), "did not prove that it knows the password"));
  }
}

TEST_CASE("what is no SCRAM ends the connection, and the password is not said with PLAIN instead") {
  LoginConversation c{with_sasl({"SCRAM-SHA-256", "PLAIN"}, false)};
  c.server("AUTHENTICATE +");
  const auto output = c.server("AUTHENTICATE " + base64::encode("r=other,s=QSXCR+Q6,i=4096"));
  CHECK(output.bytes.empty());
  CHECK(has(output.close.value_or(""), "nonce"));
}

TEST_CASE("a proof that is refused is a wrong password, and not said with PLAIN") {
  Scram c{true};
  const auto output = c.server(":s 904 * :SASL authentication failed");
  CHECK(output.bytes.empty());
  CHECK(has(output.close.value_or(""), "the server refused SCRAM-SHA-256 (904"));
}

TEST_CASE("SASL that comes later logs in then, and what goes wrong with it is a warning") {
  Conversation c{with_sasl({"PLAIN"}, false)};
  c.session.connected(c.now);
  c.server(":s CAP * LS :cap-notify");
  c.server(":s 001 bot :Welcome");
  c.server(":s 376 bot :End of /MOTD");
  CHECK(c.server(":s CAP bot NEW :sasl=PLAIN").bytes == "CAP REQ :sasl\r\n");
  CHECK(c.server(":s CAP bot ACK :sasl").bytes == "AUTHENTICATE PLAIN\r\n");
  CHECK(c.server("AUTHENTICATE +").bytes == plain_line);
  const auto output = c.server(":s 904 bot :SASL authentication failed");
  CHECK(output.warnings.size() == 1);
  CHECK_FALSE(output.close);
  CHECK(c.server(":s CAP bot DEL :sasl").bytes.empty());
  CHECK(c.server(":s CAP bot NEW :sasl=PLAIN").bytes == "CAP REQ :sasl\r\n");
  CHECK(c.server(":s CAP bot ACK :sasl").bytes == "AUTHENTICATE PLAIN\r\n");
  c.server("AUTHENTICATE +");
  CHECK(c.server(":s 903 bot :SASL authentication successful").warnings.empty());
}

TEST_CASE("a login that ended is made again when SASL comes back") {
  Conversation c{with_sasl({"PLAIN"})};
  c.session.connected(c.now);
  c.server(":s CAP * LS :sasl=PLAIN");
  c.server(":s CAP * ACK :sasl");
  c.server("AUTHENTICATE +");
  c.server(":s 900 * bot!u@h bot :You are now logged in as bot");
  c.server(":s 903 * :SASL authentication successful");
  c.server(":s 001 bot :Welcome");
  c.server(":s 901 bot bot!u@h :You are now logged out");
  CHECK(c.server(":s CAP bot DEL :sasl").warnings.size() == 1);
  c.server(":s CAP bot NEW :sasl=PLAIN");
  CHECK(c.server(":s CAP bot ACK :sasl").bytes == "AUTHENTICATE PLAIN\r\n");
}

TEST_CASE("a server cannot make us log in again and again by taking SASL away") {
  Conversation c{with_sasl({"SCRAM-SHA-256"}, false)};
  c.session.connected(c.now);
  c.server(":s CAP * LS :sasl");
  std::size_t begun = 0, warnings = 0;
  for (int i = 0; i < 100; ++i) {
    const auto output = c.server(":s CAP bot ACK :sasl");
    begun += output.bytes.find("AUTHENTICATE SCRAM-SHA-256") != std::string::npos;
    warnings += output.warnings.size();
    c.server(":s CAP bot DEL :sasl");
    c.server(":s CAP bot NEW :sasl");
  }
  CHECK(begun == 5);
  CHECK(warnings <= 5);
  c.session.closed(c.now, "gone");
  c.session.connected(c.now);
  c.session.take();
  c.server(":s CAP * LS :sasl");
  CHECK(c.server(":s CAP * ACK :sasl").bytes == "AUTHENTICATE SCRAM-SHA-256\r\n");
}

TEST_CASE("a server that forges its proof is left also when it was let in before") {
  Conversation c{with_sasl({"SCRAM-SHA-256"}, false)};
  c.session.connected(c.now);
  c.server(":s CAP * LS :cap-notify");
  c.server(":s 001 bot :Welcome");
  c.server(":s CAP bot NEW :sasl=SCRAM-SHA-256");
  c.server(":s CAP bot ACK :sasl");
  c.server("AUTHENTICATE +");
  c.server(":s 900 bot bot!u@h bot :You are now logged in as bot");
  CHECK(c.server(":s 903 bot :SASL authentication successful").close);
}

TEST_CASE("each connection logs in anew") {
  LoginConversation c{with_sasl({"PLAIN"})};
  c.say_password();
  c.server(":s 904 * :no");
  c.session.closed(c.now, "gone");
  c.session.connected(c.now);
  c.session.take();
  c.server(":s CAP * LS :sasl");
  CHECK(c.server(":s CAP * ACK :sasl").bytes == "AUTHENTICATE PLAIN\r\n");
}

TEST_CASE("a mechanism that is unknown, or without its credentials, is refused at the start") {
  CHECK_THROWS_AS(Session{with_sasl({"DIGEST-MD5"})}, Error);
  CHECK_THROWS_AS(Session{with_sasl({"ECDSA-NIST256P-CHALLENGE"})}, Error);
}

TEST_CASE("a secret that a server sends back is in no warning, reason or event") {
  const auto hidden = [](const Session::Output& output) {
    for (const auto& warning : output.warnings) CHECK_FALSE(has(warning, secret));
    CHECK_FALSE(has(output.close.value_or(""), secret));
    for (const auto& notice : events<in::Notice>(output)) CHECK_FALSE(has(notice.message, secret));
    for (const auto& said : events<in::Privmsg>(output)) CHECK_FALSE(has(said.message, secret));
  };
  LoginConversation c{with_sasl({"PLAIN"}, false)};
  const auto payload = std::string{plain_line}.substr(13, 20);
  auto output = c.server(":s 461 bot AUTHENTICATE " + payload + " :wrong");
  REQUIRE(output.warnings.size() == 1);
  CHECK(output.warnings[0] == "461 AUTHENTICATE *** wrong");
  c.say_password();
  output = c.server(":s 904 * :hunter2 is wrong");
  CHECK(has(output.warnings.at(0), "*** is wrong"));
  hidden(output);
  hidden(c.server(":s 499 bot :hunter2\x02"));
  hidden(c.server(":NickServ!n@s NOTICE bot :hunter2 is wrong"));
  hidden(c.server(":bot!u@h PRIVMSG NickServ :IDENTIFY hunter2"));
  const auto cut = c.server(std::string(75, 'x') + "hunter2" + '\0');
  CHECK_FALSE(has(cut.warnings.at(0), "hunte"));
  hidden(c.server("ERROR :hunter2"));
}

TEST_CASE("a stranger does not learn a secret by guessing it") {
  Conversation c{with_nickserv()};
  c.register_as("bot");
  const auto said = events<in::Privmsg>(c.server(":eve!e@h PRIVMSG #a :is it hunter2?"));
  CHECK(said.at(0).message == "is it hunter2?");
}

}  // namespace
}  // namespace tubes::irc

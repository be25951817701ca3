#include <string>

#include <doctest/doctest.h>

#include <tubes/tests/support/recording_sink.hpp>
#include <tubes/transports/redis/command_session.hpp>
#include <tubes/transports/redis/subscribe_session.hpp>

using namespace tubes;
using redis::CommandSession;
using redis::Settings;
using test::RecordingSink;

namespace {

struct Outcome {
  ErrorCode code;
  std::string text;
};

Outcome outcome_of(const Settings& settings, std::string_view replies) {
  RecordingSink sink;
  CommandSession session(settings, sink);
  session.begin();
  try {
    session.feed(replies);
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {ErrorCode::closed, ""};
}

Settings with_login() {
  Settings settings;
  settings.user = "bot";
  settings.password = "hushhush";
  return settings;
}

}  // namespace

TEST_CASE("a session without a login says PING and its name") {
  RecordingSink sink;
  CommandSession session(Settings{}, sink);
  session.begin();
  CHECK(session.out() ==
        "*1\r\n$4\r\nPING\r\n*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$5\r\ntubes\r\n");
}

TEST_CASE("a session that has not begun is not ready: its connection may still be encrypted") {
  RecordingSink sink;
  const CommandSession session(Settings{}, sink);
  CHECK_FALSE(session.ready());
}

TEST_CASE("a session logs in before anything else, and selects its database") {
  Settings settings = with_login();
  settings.db = 3;
  RecordingSink sink;
  CommandSession session(settings, sink);
  session.begin();
  CHECK(session.out().starts_with(
      "*3\r\n$4\r\nAUTH\r\n$3\r\nbot\r\n$8\r\nhushhush\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"));
}

TEST_CASE("a password without a user is the default user's") {
  Settings settings;
  settings.password = "pw";
  RecordingSink sink;
  CommandSession session(settings, sink);
  session.begin();
  CHECK(session.out().starts_with("*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n"));
}

TEST_CASE("a session is ready at the last answer, even if its name is refused") {
  RecordingSink sink;
  CommandSession session(Settings{}, sink);
  session.begin();
  session.feed("+PONG\r\n");
  CHECK_FALSE(session.ready());
  session.feed("-ERR unknown command\r\n");
  CHECK(session.ready());
}

TEST_CASE("a wrong password is refused with Redis's words and the remedy, without the password") {
  const auto outcome = outcome_of(
      with_login(), "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  CHECK(outcome.code == ErrorCode::refused);
  CHECK(outcome.text ==
        "redis at 127.0.0.1:6379 refused the login (WRONGPASS invalid username-password pair or "
        "user is disabled.); check the user and the password in the bus URL");
}

TEST_CASE("a server that repeats the login in its error does not get it into ours") {
  const auto outcome = outcome_of(
      with_login(), "-ERR unknown command 'AUTH', with args beginning with: 'bot' 'hushhush' \r\n");
  CHECK(outcome.code == ErrorCode::refused);
  CHECK(outcome.text.find("unknown command 'AUTH'") != std::string::npos);
  CHECK(outcome.text.find("hushhush") == std::string::npos);
}

TEST_CASE("a missing password is refused with the ways to give one") {
  const auto outcome = outcome_of(Settings{}, "-NOAUTH Authentication required.\r\n");
  CHECK(outcome.code == ErrorCode::refused);
  CHECK(outcome.text.find("redis://user:password@host") != std::string::npos);
}

TEST_CASE("a database that is not there is refused by its number") {
  Settings settings;
  settings.db = 99;
  const auto outcome = outcome_of(settings, "-ERR DB index is out of range\r\n");
  CHECK(outcome.code == ErrorCode::refused);
  CHECK(outcome.text.find("refused database 99") != std::string::npos);
}

TEST_CASE("a server that still loads its data is not reachable yet") {
  const auto outcome = outcome_of(Settings{}, "-LOADING Redis is loading the dataset\r\n");
  CHECK(outcome.code == ErrorCode::unreachable);
  CHECK(outcome.text.find("try again in a moment") != std::string::npos);
}

TEST_CASE("what is no Redis server is named as such") {
  const auto outcome = outcome_of(Settings{}, "SSH-2.0-OpenSSH_9.2\r\n");
  CHECK(outcome.code == ErrorCode::unreachable);
  CHECK(outcome.text.find("is that address a Redis server?") != std::string::npos);
}

TEST_CASE("a silent server is pinged, and given up if it stays silent") {
  RecordingSink sink;
  redis::SubscribeSession session(Settings{}, sink);
  session.begin();
  session.feed("+PONG\r\n+OK\r\n");
  session.out().clear();
  session.beat();
  CHECK(session.out().empty());
  session.beat();
  CHECK(session.out() == "*1\r\n$4\r\nPING\r\n");
  CHECK_THROWS_WITH_AS(session.beat(),
                       "redis at 127.0.0.1:6379 has been silent for 10 s; is it overloaded, or "
                       "the network cut?",
                       Error);
}

TEST_CASE("a server that answers the ping is kept") {
  RecordingSink sink;
  CommandSession session(Settings{}, sink);
  session.begin();
  session.feed("+PONG\r\n+OK\r\n");
  for (int round = 0; round < 3; ++round) {
    session.beat();
    session.beat();
    session.feed("+PONG\r\n");
  }
  CHECK_NOTHROW(session.beat());
}

TEST_CASE("a server's words are quoted without control characters, and not without an end") {
  const auto outcome =
      outcome_of(Settings{}, "-ERR \x1b[2J\xff" + std::string(1'000, 'x') + "\r\n");
  CHECK(outcome.text.find("ERR ?[2J?xxx") != std::string::npos);
  CHECK(outcome.text.size() < 400);
}

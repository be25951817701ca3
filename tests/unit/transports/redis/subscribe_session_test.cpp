#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/tests/support/recording_sink.hpp>
#include <tubes/transports/redis/subscribe_session.hpp>

using namespace tubes;
using namespace std::string_literals;
using redis::SubscribeSession;
using test::RecordingSink;
using Lines = std::vector<std::string>;
using Messages = std::vector<RecordingSink::Message>;

namespace {

struct Fixture {
  RecordingSink sink;
  SubscribeSession session{redis::Settings{}, sink};

  Fixture() {
    session.begin();
    session.feed("+PONG\r\n+OK\r\n");
    session.out().clear();
  }

  void reply(std::initializer_list<std::string_view> parts) {
    std::string bytes;
    redis::append_command(bytes, parts);  // an array of bulk strings looks like a command
    session.feed(bytes);
  }
  void subscribe_reply(std::string_view channel, std::string_view kind = "subscribe") {
    session.feed("*3\r\n$" + std::to_string(kind.size()) + "\r\n" + std::string(kind) + "\r\n$" +
                 std::to_string(channel.size()) + "\r\n" + std::string(channel) + "\r\n:1\r\n");
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a topic is a channel, and a prefix is a pattern") {
  session.subscribe(Filter("in"));
  session.subscribe(Filter("in-2_b.>"));
  session.unsubscribe(Filter("in"));
  session.unsubscribe(Filter("in-2_b.>"));
  CHECK(session.out() ==
        "*2\r\n$9\r\nSUBSCRIBE\r\n$2\r\nin\r\n*2\r\n$10\r\nPSUBSCRIBE\r\n$8\r\nin-2_b.*\r\n"
        "*2\r\n$11\r\nUNSUBSCRIBE\r\n$2\r\nin\r\n*2\r\n$12\r\nPUNSUBSCRIBE\r\n$8\r\nin-2_b.*\r\n");
}

TEST_CASE_FIXTURE(Fixture, "a filter is live when Redis has answered") {
  session.subscribe(Filter("in"));
  session.subscribe(Filter("in.>"));
  CHECK(sink.live.empty());
  subscribe_reply("in");
  CHECK(sink.live == Lines{"in"});
  subscribe_reply("in.*", "psubscribe");
  CHECK(sink.live == Lines{"in", "in.>"});
}

TEST_CASE_FIXTURE(Fixture,
                  "a filter that was dropped and asked for again is live at the last answer") {
  session.subscribe(Filter("in"));
  session.unsubscribe(Filter("in"));
  session.subscribe(Filter("in"));
  subscribe_reply("in");
  subscribe_reply("in", "unsubscribe");
  CHECK(sink.live.empty());
  subscribe_reply("in");
  CHECK(sink.live == Lines{"in"});
}

TEST_CASE_FIXTURE(Fixture, "a filter that was dropped before the answer is not reported") {
  session.subscribe(Filter("in"));
  session.unsubscribe(Filter("in"));
  subscribe_reply("in");
  subscribe_reply("in", "unsubscribe");
  CHECK(sink.live.empty());
}

TEST_CASE_FIXTURE(Fixture, "a message names the filter that it is a copy for") {
  reply({"message", "in.a", "one"});
  reply({"pmessage", "in.*", "in.a", "one"});
  CHECK(sink.messages == Messages{{"in.a", "one", "in.a"}, {"in.a", "one", "in.>"}});
}

TEST_CASE("messages arrive intact wherever the bytes are cut") {
  const auto bytes =
      "*3\r\n$9\r\nsubscribe\r\n$2\r\nin\r\n:1\r\n"
      "*3\r\n$7\r\nmessage\r\n$2\r\nin\r\n$5\r\n\0\r\n\xff*\r\n"
      "*3\r\n$7\r\nmessage\r\n$2\r\nin\r\n$0\r\n\r\n"
      "*4\r\n$8\r\npmessage\r\n$4\r\nin.*\r\n$4\r\nin.b\r\n$1\r\nx\r\n"s;
  const Messages expected = {{"in", "\0\r\n\xff*"s, "in"}, {"in", "", "in"}, {"in.b", "x", "in.>"}};
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Fixture f;
    f.session.subscribe(Filter("in"));
    f.session.feed(std::string_view(bytes).substr(0, cut));
    f.session.feed(std::string_view(bytes).substr(cut));
    REQUIRE(f.sink.live == Lines{"in"});
    REQUIRE(f.sink.messages == expected);
  }
}

TEST_CASE_FIXTURE(Fixture, "a message of a megabyte arrives intact") {
  std::string payload(1 << 20, 'x');
  payload[500'000] = '\0';
  reply({"message", "in", payload});
  CHECK(sink.messages == Messages{{"in", payload, "in"}});
}

TEST_CASE_FIXTURE(Fixture, "what matches the pattern but is no topic is no message of the bus") {
  reply({"pmessage", "in.*", "in.", "x"});
  reply({"pmessage", "in.*", "in.a b", "x"});
  reply({"pmessage", "in.*", "in..a", "x"});
  CHECK(sink.messages.empty());
}

TEST_CASE_FIXTURE(Fixture, "a filter that Redis refuses is refused alone, with words and remedy") {
  session.subscribe(Filter("in"));
  session.subscribe(Filter("secret"));
  session.subscribe(Filter("out.>"));
  subscribe_reply("in");
  session.feed("-NOPERM this user may not\r\n");
  subscribe_reply("out.*", "psubscribe");
  CHECK(sink.live == Lines{"in", "out.>"});
  CHECK(sink.answers ==
        Lines{"refused secret: redis at 127.0.0.1:6379 refused the subscription to secret (NOPERM "
              "this user may not); allow it to this user with ACL SETUSER"});
}

TEST_CASE_FIXTURE(Fixture, "a filter that was refused can be asked for again") {
  session.subscribe(Filter("in"));
  session.feed("-NOPERM this user may not\r\n");
  session.subscribe(Filter("in"));
  subscribe_reply("in");
  CHECK(sink.answers.size() == 1);
  CHECK(sink.live == Lines{"in"});
}

TEST_CASE_FIXTURE(Fixture, "a refusal that an unsubscribe has overtaken is not reported") {
  session.subscribe(Filter("in"));
  session.unsubscribe(Filter("in"));
  session.subscribe(Filter("in"));
  session.feed("-NOPERM this user may not\r\n");
  subscribe_reply("in", "unsubscribe");
  CHECK(sink.answers.empty());
  session.feed("-NOPERM this user may not\r\n");
  CHECK(sink.answers.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a server that is not ready any more ends the connection") {
  session.subscribe(Filter("in"));
  CHECK_THROWS_AS(session.feed("-LOADING Redis is loading the dataset in memory\r\n"), Error);
}

TEST_CASE_FIXTURE(Fixture, "an error that answers nothing ends the connection") {
  CHECK_THROWS_WITH_AS(session.feed("-ERR the end\r\n"),
                       "redis at 127.0.0.1:6379 refused the connection (ERR the end); see its "
                       "configuration and its log",
                       Error);
}

TEST_CASE_FIXTURE(Fixture, "both forms of PONG are understood") {
  for (const auto* pong : {"+PONG\r\n", "*2\r\n$4\r\npong\r\n$0\r\n\r\n"}) {
    session.beat();
    session.beat();
    session.feed(pong);
  }
  CHECK(sink.messages.empty());
  CHECK_THROWS_AS(session.feed("+PONG\r\n"), Error);
}

TEST_CASE_FIXTURE(Fixture, "what is no message and no answer is an error") {
  CHECK_THROWS_AS(session.feed(":1\r\n"), Error);
  CHECK_THROWS_AS(session.feed("*2\r\n$7\r\nmessage\r\n$2\r\nin\r\n"), Error);
  CHECK_THROWS_AS(session.feed("*3\r\n$7\r\nmessage\r\n$2\r\nin\r\n$-1\r\n"), Error);
  CHECK_THROWS_AS(subscribe_reply("never-asked"), Error);
}

TEST_CASE("a message over max_payload is dropped and told, and the next one arrives") {
  redis::Settings settings;
  settings.max_payload = 1 << 20;
  RecordingSink sink;
  SubscribeSession session(settings, sink);
  session.begin();
  session.feed("+PONG\r\n+OK\r\n");
  const std::string large((1 << 20) + 1, 'x'), largest(1 << 20, 'x');
  std::string bytes;
  redis::append_command(bytes, {"message", "in", large});
  redis::append_command(bytes, {"pmessage", "in.*", "in.a", large});
  redis::append_command(bytes, {"pmessage", "in.*", "in." + large, "no topic"});
  redis::append_command(bytes, {"message", "in", largest});
  session.feed(bytes);
  CHECK(sink.answers == Lines{"too large in: 1048577", "too large in.a: 1048577"});
  CHECK(sink.messages == Messages{{"in", largest, "in"}});
}

TEST_CASE("a small max_payload holds to the byte") {
  redis::Settings settings;
  settings.max_payload = 3;
  RecordingSink sink;
  SubscribeSession session(settings, sink);
  session.begin();
  session.feed(
      "+PONG\r\n+OK\r\n*3\r\n$7\r\nmessage\r\n$2\r\nin\r\n$4\r\nxxxx\r\n"
      "*3\r\n$7\r\nmessage\r\n$2\r\nin\r\n$3\r\nxxx\r\n");
  CHECK(sink.answers == Lines{"too large in: 4"});
  CHECK(sink.messages == Messages{{"in", "xxx", "in"}});
}

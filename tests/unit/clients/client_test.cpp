#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/client.hpp>
#include <tubes/transports/memory/memory.hpp>

using namespace tubes;
using Strings = std::vector<std::string>;

namespace {

struct Fixture {
  std::unique_ptr<Bus> bus = memory::open(Url::parse("memory://client"));
  Client client{*bus};
  Strings got;

  /// What the client publishes on a topic, as it stands on the wire.
  Subscription tap(const char* topic) {
    return bus->subscribe(topic, [this](const Delivery& d) { got.emplace_back(d.payload); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a handler gets the messages of its type alone") {
  client.on<in::Join>([&](const in::Join& m) { got.push_back("join " + m.sender); });
  client.on<in::Privmsg>([&](const in::Privmsg& m) { got.push_back("said " + m.message); });
  bus->publish("in", R"({"version":1,"type":"join","data":{"sender":"a","channel":"#b"}})");
  bus->publish("in", R"({"version":1,"type":"quit","data":{"sender":"a"}})");
  bus->publish(
      "in",
      R"({"version":1,"type":"privmsg","data":{"sender":"a","channel":"#b","message":"hi"}})");
  CHECK(got == Strings{"join a", "said hi"});
}

TEST_CASE_FIXTURE(Fixture, "messages are numbered per topic, in publishing order") {
  const auto out = tap("out");
  client.say("#a", "1");
  client.publish(in::Quit{.sender = "x"});
  client.action("#a", "2", "libera");
  const auto meta = [&](const std::string& number) {
    return R"("meta":{"publisher":")" + bus->id() + R"(","sequence":)" + number + "}}";
  };
  CHECK(got ==
        Strings{R"({"version":1,"type":"privmsg","data":{"to":"#a","message":"1"},)" + meta("1"),
                R"({"version":1,"type":"privmsg_action","data":{"to":"#a","message":"2",)"
                R"("network":"libera"},)" +
                    meta("2")});
}

TEST_CASE_FIXTURE(Fixture, "a refused publish uses no number") {
  std::vector<std::uint64_t> numbers;
  client.on_envelope(Role::out, [&](const Envelope& e) { numbers.push_back(e.meta.sequence); });
  client.say("#a", "1");
  CHECK_THROWS_AS(client.say("#a", std::string(2 << 20, 'x')), Error);
  client.say("#a", "2");
  CHECK(numbers == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE_FIXTURE(Fixture, "what a handler publishes on its own topic is numbered after") {
  std::vector<std::string> numbers;
  client.on_envelope(Role::out, [&](const Envelope& e) {
    numbers.push_back(std::to_string(e.meta.sequence));
    if (e.meta.sequence == 1) client.raw("NAMES #a");
  });
  client.say("#a", "1");
  CHECK(numbers == Strings{"1", "2"});
}

TEST_CASE("either wire format is read, and the configured one is written") {
  const auto bus = memory::open(Url::parse("memory://formats"));
  Client json(*bus);
  Client protobuf(*bus, {.out_wire = WireFormat::protobuf});
  Strings got;
  std::vector<WireFormat> formats;
  json.on<out::Privmsg>([&](const out::Privmsg& m) { got.push_back(m.message); });
  const auto tap = bus->subscribe(
      "out", [&](const Delivery& d) { formats.push_back(decode(Role::out, d.payload).format); });
  json.say("#a", "1");
  protobuf.say("#a", "2");
  CHECK(got == Strings{"1", "2"});
  CHECK(formats == std::vector{WireFormat::json, WireFormat::protobuf});
}

TEST_CASE_FIXTURE(Fixture, "what cannot be decoded is an event with topic and reason") {
  std::vector<Event> events;
  client.on_event([&](const Event& event) { events.push_back(event); });
  client.on<in::Privmsg>([&](const in::Privmsg&) { got.push_back("said"); });
  bus->publish("in", "{\"version\":1");
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == Event::Kind::undecodable);
  CHECK(events[0].what.starts_with("in: "));
  CHECK(got.empty());
}

TEST_CASE_FIXTURE(Fixture, "a message of an unknown type has no topic to be published on") {
  CHECK_THROWS_AS(client.publish(UnknownType{.type = "x", .data = "{}"}), Error);
}

TEST_CASE_FIXTURE(Fixture, "web_in is bare JSON") {
  const auto web = tap("web_in");
  client.publish(WebIn{.app = "release", .body = R"({"a":1})"});
  CHECK(got == Strings{R"({"app":"release","body":{"a":1}})"});
}

TEST_CASE("a client ends its subscriptions") {
  const auto bus = memory::open(Url::parse("memory://ends"));
  int count = 0;
  {
    Client client(*bus);
    client.on<in::Quit>([&](const in::Quit&) { ++count; });
    client.publish(in::Quit{.sender = "x"});
  }
  bus->publish("in", R"({"version":1,"type":"quit","data":{"sender":"a"}})");
  CHECK(count == 1);
}

TEST_CASE("the topics' names are configuration") {
  const auto bus = memory::open(Url::parse("memory://names"));
  Client client(*bus, {.in = "pdx.in", .out = "pdx.out"});
  Strings got;
  client.on<in::Privmsg>([&](const in::Privmsg& m) { client.reply(m, "yes"); });
  const auto tap = bus->subscribe("pdx.out", [&](const Delivery& d) { got.emplace_back(d.topic); });
  client.publish(in::Privmsg{.sender = "a", .channel = "#b", .message = "?"});
  CHECK(got == Strings{"pdx.out"});
}

TEST_CASE_FIXTURE(Fixture, "a handler that throws does not keep a message from the others") {
  client.on<in::Quit>([&](const in::Quit&) { throw std::runtime_error("first"); });
  client.on<in::Quit>([&](const in::Quit& m) { got.push_back(m.sender); });
  client.publish(in::Quit{.sender = "x"});
  CHECK(got == Strings{"x"});
  CHECK(bus->stats().handlers_failed == 1);
}

namespace {

struct Talk : Fixture {
  std::vector<bool> replied;
  Strings loops;

  Talk() {
    client.on_event([this](const Event& event) {
      if (event.kind == Event::Kind::loop) loops.push_back(event.what);
    });
    client.on<in::Privmsg>(
        [this](const in::Privmsg& m) { replied.push_back(client.reply(m, "yes")); });
  }
  void ask(const char* sender, bool bot = false) {
    Client(*bus).publish(
        in::Privmsg{.sender = sender, .channel = "#b", .message = "?", .bot = bot});
  }
};

}  // namespace

TEST_CASE_FIXTURE(Talk, "a bot is not answered, and an event says so") {
  const auto out = tap("out");
  ask("robot", true);
  CHECK(replied == std::vector{false});
  CHECK(got.empty());
  CHECK(loops == Strings{"not answering robot in #b: a bot"});
}

TEST_CASE_FIXTURE(Talk, "a bot does not answer itself: the bridge has told its nick") {
  client.publish(in::Connected{.nick = "me"});
  ask("me");
  client.publish(in::Nick{.sender = "me", .nick = "myself"});
  ask("me");
  ask("myself");
  CHECK(replied == std::vector{false, true, false});
}

TEST_CASE_FIXTURE(Talk, "the same answer again and again is broken off, and said so once") {
  for (int i = 0; i < 8; ++i) ask("bob");
  CHECK(std::ranges::count(replied, true) == 5);
  CHECK(loops.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "what the bot itself said is never answered, and that is told") {
  Strings loops;
  client.on_event([&](const Event& event) { loops.push_back(event.what); });
  const in::Privmsg own{.sender = "me", .channel = "#b", .message = "hi", .self = true};
  CHECK_FALSE(client.reply(own, "hi"));
  CHECK_FALSE(client.reply(in::Action{.sender = "me", .channel = "#b", .self = true}, "hi"));
  CHECK(loops == Strings{"not answering me in #b: that is us"});
  Client open_minded(*bus, {.answer_bots = true});
  CHECK_FALSE(open_minded.reply(own, "hi"));
}

TEST_CASE("who wants to answers bots, and a minute is one of the clock that was given") {
  VirtualClock clock;
  const auto bus = memory::open(Url::parse("memory://bots"));
  Client open_minded(*bus, {.answer_bots = true}), client(*bus, {.clock = &clock});
  const in::Privmsg robot{.sender = "robot", .channel = "#b", .bot = true};
  CHECK(open_minded.reply(robot, "yes"));
  const in::Privmsg bob{.sender = "bob", .channel = "#b"};
  for (int i = 0; i < 5; ++i) CHECK(client.reply(bob, "yes"));
  CHECK_FALSE(client.reply(bob, "yes"));
  clock.advance(std::chrono::seconds{60});
  CHECK(client.reply(bob, "yes"));
}

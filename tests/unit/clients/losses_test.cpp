#include <doctest/doctest.h>

#include <tubes/bus/client.hpp>
#include <tubes/transports/memory/memory.hpp>

#include "wire.hpp"

using namespace tubes;
using Strings = std::vector<std::string>;

namespace {

struct Fixture {
  test::Wire wire;
  Client client{*wire.bus};
  Strings quits;
  std::vector<Event> gaps;

  Fixture() {
    client.on_event([this](const Event& event) {
      if (event.kind == Event::Kind::gap) gaps.push_back(event);
    });
    client.on<in::Quit>([this](const in::Quit& m) { quits.push_back(m.sender); });
  }

  void message(int number, const std::string& publisher = "p") {
    wire.arrive("in", R"({"version":1,"type":"quit","data":{"sender":"x"},"meta":{"publisher":")" +
                          publisher + R"(","sequence":)" + std::to_string(number) + "}}");
  }
  void heartbeat(const std::string& last, const char* final = "false") {
    wire.arrive("$heartbeat", R"({"v":1,"publisher":"p","final":)" + std::string(final) +
                                  R"(,"last":{)" + last + "}}");
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "a loss is an event with topic, publisher and count, before what follows") {
  message(1);
  message(4);
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].what == "in: lost on the way");
  CHECK(gaps[0].publisher == "p");
  CHECK(gaps[0].count == 2);
  CHECK(client.losses().lost == 2);
  CHECK(client.losses().missed == 0);
  CHECK(quits.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "the loss of a publisher's last message is found by its heartbeat") {
  message(1);
  heartbeat(R"("in":2)");
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].count == 1);
  heartbeat(R"("in":3)", "true");
  CHECK(client.losses().lost == 2);
}

TEST_CASE_FIXTURE(Fixture, "the loss of a publisher's first message is found") {
  heartbeat(R"("in":0)");
  message(2);
  CHECK(client.losses().lost == 1);
}

TEST_CASE_FIXTURE(Fixture, "what was published while away is missed, and told apart from a loss") {
  message(1);
  wire.break_and_mend();
  message(3);
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].what == "in: published while this bus was away");
  CHECK(client.losses().missed == 1);
  CHECK(client.losses().lost == 0);
}

TEST_CASE_FIXTURE(Fixture, "a late join and a publisher's restart are no loss") {
  message(17);
  message(1, "restarted");
  message(18);
  message(2, "restarted");
  CHECK(gaps.empty());
}

TEST_CASE_FIXTURE(Fixture, "of publishers that send no meta nothing is claimed") {
  for (int i = 0; i < 2; ++i) {
    wire.arrive("in", R"({"version":1,"type":"quit","data":{"sender":"x"}})");
    wire.break_and_mend();
  }
  heartbeat(R"("other":9)");
  CHECK(quits.size() == 2);
  CHECK(gaps.empty());
}

TEST_CASE_FIXTURE(Fixture, "topics without a handler are not counted, whoever subscribes to them") {
  const auto others = wire.bus->subscribe("out", [](const Delivery&) {});
  heartbeat(R"("out":0)");
  heartbeat(R"("out":5)");
  CHECK(gaps.empty());
  client.on<out::Raw>([](const out::Raw&) {});
  heartbeat(R"("out":6)");
  heartbeat(R"("out":7)");
  CHECK(client.losses().lost == 1);
}

TEST_CASE_FIXTURE(Fixture, "heartbeats are asked for before the topic, and again on reconnecting") {
  CHECK(wire.asked == Strings{"$heartbeat", "in"});
  wire.break_and_mend();
  CHECK(wire.asked == Strings{"$heartbeat", "in", "$heartbeat", "in"});
}

TEST_CASE_FIXTURE(Fixture, "a handler of events that throws keeps no message from its handlers") {
  client.on_event([](const Event& event) {
    if (event.kind == Event::Kind::gap) throw std::runtime_error("no");
  });
  message(1);
  message(3);
  CHECK(quits.size() == 2);
  CHECK(wire.bus->stats().handlers_failed == 1);
}

TEST_CASE("a backend that refuses heartbeats disturbs no client") {
  test::Wire wire;
  wire.refuses = "$heartbeat";
  Client client(*wire.bus);
  Strings events;
  client.on_event([&](const Event& event) {
    if (event.kind != Event::Kind::connected) events.emplace_back(name(event.kind));
  });
  Strings got;
  client.on<in::Quit>([&](const in::Quit& m) { got.push_back(m.sender); });
  wire.break_and_mend();
  wire.arrive("in", R"({"version":1,"type":"quit","data":{"sender":"x"}})");
  CHECK(got == Strings{"x"});
  CHECK(events == Strings{"refused", "disconnected", "resubscribed"});
}

TEST_CASE("web_in has no meta, and so no heartbeat states its numbers") {
  test::Wire wire;
  Client client(*wire.bus);
  client.publish(WebIn{.app = "a", .body = "1"});
  wire.bus->close();
  CHECK(wire.sent == Strings{R"(web_in {"app":"a","body":1})"});
}

TEST_CASE("what a full inbox drops is a gap, though nothing follows: the publisher closes") {
  const auto bus = memory::open(Url::parse("memory://losses"));
  auto publisher = memory::open(Url::parse("memory://losses"));
  Client client(*bus, {.subscribe = {.inbox_messages = 1, .overflow = Overflow::drop_newest}});
  Client sender(*publisher);
  client.on<in::Quit>([&](const in::Quit& m) {
    if (m.sender != "first") return;
    for (int i = 0; i < 3; ++i) sender.publish(in::Quit{.sender = "more"});
  });
  sender.publish(in::Quit{.sender = "first"});
  CHECK(bus->stats().received.overflowed == 2);
  CHECK(client.losses().lost == 0);
  publisher->close();
  CHECK(client.losses().lost == 2);
}

TEST_CASE("a publisher that closes inside a handler states its last numbers, too") {
  const auto bus = memory::open(Url::parse("memory://inside"));
  auto publisher = memory::open(Url::parse("memory://inside"));
  Client sender(*publisher);
  std::vector<Heartbeat> beats;
  const auto pulses = bus->on_pulse([&](const Pulse& pulse) {
    if (pulse.kind == Pulse::Kind::beat) beats.push_back(pulse.beat);
  });
  const auto closing = publisher->subscribe("close", [&](const Delivery&) { publisher->close(); });
  sender.raw("QUIT");
  bus->publish("close", "");
  REQUIRE(beats.size() == 2);
  CHECK(beats[0] == Heartbeat{publisher->id(), false, {{"out", 0}}});
  CHECK(beats[1] == Heartbeat{publisher->id(), true, {{"out", 1}}});
}

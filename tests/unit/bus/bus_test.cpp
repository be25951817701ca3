#include "fixture.hpp"

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;
using tubes::ErrorCode;

TEST_CASE_FIXTURE(MemoryFixture, "what is published arrives before publish returns") {
  const auto subscription = note("in");
  bus->publish("in", "hello");
  CHECK(got == Strings{"in:hello"});
}

TEST_CASE_FIXTURE(MemoryFixture, "a subscription gets its topic alone") {
  const auto subscription = note("in");
  for (const char* topic : {"in2", "in.libera", "i", "out"}) bus->publish(topic, "x");
  CHECK(got.empty());
}

TEST_CASE_FIXTURE(MemoryFixture, "a prefix subscription gets everything below, once") {
  const auto below = note("in.>");
  bus->publish("in", "0");
  bus->publish("in.libera", "1");
  bus->publish("in.libera.raw", "2");
  CHECK(got == Strings{"in.libera:1", "in.libera.raw:2"});
}

TEST_CASE_FIXTURE(MemoryFixture, "each of the overlapping subscriptions gets a message once") {
  const auto exact = note("in.libera");
  const auto below = note("in.>");
  const auto again = note("in.libera");
  bus->publish("in.libera", "1");
  CHECK(got.size() == 3);
}

TEST_CASE_FIXTURE(MemoryFixture, "payloads are bytes") {
  std::string bytes("\0\xff{\n", 4);
  std::string arrived = "nothing";
  const auto subscription =
      bus->subscribe("t", [&](const tubes::Delivery& d) { arrived = d.keep().payload; });
  bus->publish("t", bytes);
  CHECK(arrived == bytes);
  bus->publish("t", "");
  CHECK(arrived.empty());
}

TEST_CASE_FIXTURE(MemoryFixture, "a payload over max_payload is refused with both sizes") {
  const auto subscription = note("t");
  const std::string largest(1 << 20, 'x');
  bus->publish("t", largest);
  CHECK(got.size() == 1);
  try {
    bus->publish("t", largest + "x");
    FAIL("it was taken");
  } catch (const tubes::Error& error) {
    CHECK(error.code() == ErrorCode::payload_too_large);
    const std::string text = error.what();
    CHECK(text.find("1048577") != std::string::npos);
    CHECK(text.find("(1048576)") != std::string::npos);
  }
  CHECK(bus->stats().sent.published == 1);
}

TEST_CASE_FIXTURE(MemoryFixture, "topics outside the grammar are refused at the call") {
  for (const char* bad : {"", "#pdxbots", "in.>", "$ready.x", "a b"}) {
    CHECK(code_of([&] { bus->publish(bad, "x"); }) == ErrorCode::invalid_topic);
    CHECK(code_of([&] { bus->put(bad, "x"); }) == ErrorCode::invalid_topic);
  }
  CHECK(code_of([&] { (void)note("in*"); }) == ErrorCode::invalid_topic);
}

TEST_CASE_FIXTURE(MemoryFixture, "two buses of one name hear each other, two names do not") {
  const auto other = open();
  const auto elsewhere = open({}, "memory://elsewhere");
  const auto subscription = note("in");
  other->publish("in", "from the other");
  elsewhere->publish("in", "from elsewhere");
  CHECK(got == Strings{"in:from the other"});
}

TEST_CASE_FIXTURE(MemoryFixture, "retained values: the last wins, late joiners read it, removed") {
  CHECK_FALSE(bus->get("nick"));
  bus->put("nick", "bot");
  bus->put("nick", "bot_");
  const auto late = open();
  CHECK(late->get("nick") == "bot_");
  late->remove("nick");
  CHECK_FALSE(bus->get("nick"));
}

TEST_CASE_FIXTURE(MemoryFixture, "flush returns when all was accepted") {
  bus->publish("t", "x");
  CHECK_NOTHROW(bus->flush());
  CHECK(bus->stats().sent.accepted == 1);
}

TEST_CASE_FIXTURE(MemoryFixture, "what a transport cannot do is an error at the call") {
  CHECK(code_of([&] { (void)note("in", {.overflow = tubes::Overflow::block}); }) ==
        ErrorCode::unsupported);
}

TEST_CASE_FIXTURE(MemoryFixture, "events tell of the connection and of handlers that throw") {
  Strings events;
  const auto listening = bus->on_event([&](const tubes::Event& event) {
    events.push_back(std::string(name(event.kind)) + " " + event.what);
  });
  const auto throws =
      bus->subscribe("t", [](const tubes::Delivery&) { throw std::runtime_error("oops"); });
  const auto calm = note("t");
  bus->publish("t", "1");
  CHECK(events == Strings{"handler_failed oops"});
  CHECK(got == Strings{"t:1"});
  CHECK(bus->stats().handlers_failed == 1);
  CHECK(balanced(bus->stats()));
}

TEST_CASE("memory:// wants a name, and knows its parameters") {
  const auto refused = [](const char* url) {
    return code_of([&] { tubes::memory::open(tubes::Url::parse(url)); }) == ErrorCode::invalid_url;
  };
  CHECK(refused("memory://"));
  CHECK(refused("memory://t:1"));
  CHECK(refused("memory://t/path"));
  CHECK(refused("memory://t?dispatch=sometimes"));
  CHECK(refused("memory://t?limit=0"));
  CHECK(refused("memory://t?unknown=1"));
}

TEST_CASE_FIXTURE(MemoryFixture, "one memory name has one way of dispatching and one clock") {
  CHECK(code_of([&] { open({}, "memory://t?dispatch=thread"); }) == ErrorCode::invalid_url);
  CHECK(code_of([&] { tubes::memory::open(tubes::Url::parse("memory://t")); }) ==
        ErrorCode::invalid_url);
}

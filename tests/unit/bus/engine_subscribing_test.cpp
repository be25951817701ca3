#include "scripted.hpp"

using namespace std::chrono_literals;
using tubes::Error;
using tubes::ErrorCode;
using tubes::Event;
using tubes::test::EngineFixture;
using tubes::test::Script;
using tubes::test::Strings;

TEST_CASE_FIXTURE(EngineFixture, "a subscribe that finds no backend says which and why") {
  script.reachable = false;
  options.ready_timeout = 20ms;
  start();
  await(Event::Kind::disconnected);
  try {
    (void)bus->subscribe("in", [](const tubes::Delivery&) {});
    FAIL("it was live without a backend");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::timed_out);
    CHECK(std::string(error.what()).find("the script is not reachable") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(EngineFixture, "a reconnect subscribes everything again and says so") {
  start();
  const auto a = bus->subscribe("a", [](const tubes::Delivery&) {});
  const auto b = bus->subscribe("b.>", [](const tubes::Delivery&) {});
  script.say([](Script& s) {
    s.asked.clear();
    s.breaks = true;
  });
  CHECK(await(Event::Kind::resubscribed).count == 2);
  CHECK(script.asked == Strings{"+a", "+b.>"});
}

TEST_CASE_FIXTURE(EngineFixture,
                  "a background subscription is live later, and an event says when") {
  script.reachable = false;
  start();
  const auto subscription =
      bus->subscribe("in", [](const tubes::Delivery&) {}, {.ready = tubes::Ready::background});
  script.say([](Script& s) { s.reachable = true; });
  CHECK(await(Event::Kind::subscribed).what == "in");
}

TEST_CASE_FIXTURE(EngineFixture, "a subscribe that the backend refuses says so at once") {
  script.refuses = "secret";
  start();
  try {
    (void)bus->subscribe("secret", [](const tubes::Delivery&) {});
    FAIL("it was live");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::refused);
    CHECK(std::string(error.what()) ==
          "the script refused the subscription to secret: not for you");
  }
}

TEST_CASE_FIXTURE(EngineFixture, "a background subscription that is refused is an event") {
  script.refuses = "secret";
  start();
  const auto subscription =
      bus->subscribe("secret", [](const tubes::Delivery&) {}, {.ready = tubes::Ready::background});
  CHECK(await(Event::Kind::refused).what == "secret: not for you");
}

TEST_CASE_FIXTURE(EngineFixture,
                  "a filter that is refused disturbs nothing, and is asked for on reconnecting") {
  script.refuses = "secret";
  start();
  const auto a = bus->subscribe("a", [](const tubes::Delivery&) {});
  const auto secret =
      bus->subscribe("secret", [](const tubes::Delivery&) {}, {.ready = tubes::Ready::background});
  await(Event::Kind::refused);
  script.say([](Script& s) { s.breaks = true, s.asked.clear(); });
  CHECK(await(Event::Kind::resubscribed).count == 1);
  script.say([](Script& s) { CHECK(s.asked == Strings{"+a", "+secret"}); });
  bus->publish("a", "1");
  bus->flush();
  script.say([](Script& s) { CHECK(s.connects == 2); });
}

TEST_CASE_FIXTURE(EngineFixture, "the last subscription to a filter ends it at the backend") {
  start();
  auto first = bus->subscribe("a", [](const tubes::Delivery&) {});
  auto second = bus->subscribe("a", [](const tubes::Delivery&) {});
  first.reset();
  second.reset();
  script.await([](Script& s) { return s.asked == Strings{"+a", "-a"}; });
}

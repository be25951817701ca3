#include <string>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

void publish_all(const Member& bus, std::initializer_list<const char*> topics) {
  for (const auto* topic : topics) bus->publish(topic, topic);
}

}  // namespace

TEST_CASE_TEMPLATE("a topic is matched exactly", Place, EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member publisher(place.url()), subscriber(place.url());
  const auto in = subscriber->subscribe("in", heard.topics());
  const auto end = subscriber->subscribe("end", heard.topics());
  publish_all(publisher, {"in2", "i", "in.libera", "In", "in-", "in", "end"});
  CHECK(heard.wait_for_text("end") == Heard::Texts{"in", "end"});
}

TEST_CASE_TEMPLATE("a prefix matches what is below its dot, at any depth, and not itself", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member publisher(place.url()), subscriber(place.url());
  const auto below = subscriber->subscribe("in.>", heard.topics());
  publish_all(publisher, {"in", "in2.a", "inx", "in.a", "out.in.a", "in.a.b.c", "in.end"});
  CHECK(heard.wait_for_text("in.end") == Heard::Texts{"in.a", "in.a.b.c", "in.end"});
}

TEST_CASE_TEMPLATE("overlapping subscriptions get each message once each", Place, EVERY_PLACE) {
  const Place place;
  Heard exact, again, below, deeper;
  const Member publisher(place.url()), subscriber(place.url());
  const auto one = subscriber->subscribe("in.a.b", exact.topics());
  const auto two = subscriber->subscribe("in.a.b", again.topics());
  const auto three = subscriber->subscribe("in.>", below.topics());
  const auto four = subscriber->subscribe("in.a.>", deeper.topics());
  publish_all(publisher, {"in.a.b", "in.a.c", "in.a.b"});
  const Heard::Texts all{"in.a.b", "in.a.c", "in.a.b"};
  CHECK(below.wait_for(3) == all);
  CHECK(deeper.wait_for(3) == all);
  CHECK(exact.wait_for(2) == Heard::Texts{"in.a.b", "in.a.b"});
  CHECK(again.wait_for(2) == Heard::Texts{"in.a.b", "in.a.b"});
  subscriber->close(longest_wait);  // whatever came twice is delivered now
  CHECK(below.texts() == all);
  CHECK(deeper.texts() == all);
  CHECK(exact.texts().size() + again.texts().size() == 4);
}

TEST_CASE_TEMPLATE("a subscription that ended hears nothing more, and the others go on", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard ended, other;
  const Member publisher(place.url()), subscriber(place.url());
  auto one = subscriber->subscribe("in", ended.payloads());
  const auto two = subscriber->subscribe("in", other.payloads());
  const auto three = subscriber->subscribe("in.>", other.payloads());
  publisher->publish("in", "1");
  ended.wait_for(1);
  one.reset();
  publisher->publish("in", "2");
  publisher->publish("in.a", "end");
  CHECK(other.wait_for_text("end") == Heard::Texts{"1", "2", "end"});
  CHECK(ended.texts() == Heard::Texts{"1"});
}

TEST_CASE_TEMPLATE("who subscribes again right after the last subscription ended hears again",
                   Place, EVERY_PLACE) {
  const Place place;
  const Member publisher(place.url()), subscriber(place.url());
  for (int round = 0; round < 100; ++round) {
    Heard heard;
    const auto subscription = subscriber->subscribe("in", heard.payloads());
    publisher->publish("in", std::to_string(round));
    heard.wait_for_text(std::to_string(round));
    REQUIRE(heard.texts().size() == 1);
  }
}

TEST_CASE_TEMPLATE("a subscription that is moved goes on, one that is replaced ends", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard moved, replaced, end;
  const Member bus(place.url());
  Subscription one = bus->subscribe("in", moved.payloads());
  Subscription two = bus->subscribe("in", replaced.payloads());
  two = std::move(one);
  const auto last = bus->subscribe("end", end.payloads());
  bus->publish("in", "x");
  bus->publish("end", "x");
  end.wait_for(1);
  CHECK(moved.wait_for(1) == Heard::Texts{"x"});
  CHECK(replaced.texts().empty());
}

TEST_CASE_TEMPLATE("a background subscription is live when the event says so", Place, EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member publisher(place.url()), subscriber(place.url());
  const auto subscription =
      subscriber->subscribe("in.>", heard.payloads(), {.ready = Ready::background});
  CHECK(subscriber.wait_for(Event::Kind::subscribed).what == "in.>");
  publisher->publish("in.a", "x");
  CHECK(heard.wait_for(1) == Heard::Texts{"x"});
}

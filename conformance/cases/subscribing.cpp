#include <string>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

void publish_all(const Member& bus, std::initializer_list<const char*> topics) {
  for (const auto* topic : topics) bus->publish(topic, topic);
}

void matches_exactly(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto in = subscriber->subscribe("in", heard.topics());
  const auto end = subscriber->subscribe("end", heard.topics());
  publish_all(publisher, {"in2", "i", "in.libera", "In", "in-", "in", "end"});
  EXPECT_EQUAL(heard.wait_for_text("end"), Heard::Texts{"in", "end"});
}

void matches_prefix(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto below = subscriber->subscribe("in.>", heard.topics());
  publish_all(publisher, {"in", "in2.a", "inx", "in.a", "out.in.a", "in.a.b.c", "in.end"});
  EXPECT_EQUAL(heard.wait_for_text("in.end"), Heard::Texts{"in.a", "in.a.b.c", "in.end"});
}

void overlapping(Stage& stage) {
  Heard exact, again, below, deeper;
  const Member publisher(stage), subscriber(stage);
  const auto one = subscriber->subscribe("in.a.b", exact.topics());
  const auto two = subscriber->subscribe("in.a.b", again.topics());
  const auto three = subscriber->subscribe("in.>", below.topics());
  const auto four = subscriber->subscribe("in.a.>", deeper.topics());
  publish_all(publisher, {"in.a.b", "in.a.c", "in.a.b"});
  const Heard::Texts all{"in.a.b", "in.a.c", "in.a.b"};
  EXPECT_EQUAL(below.wait_for(3), all);
  EXPECT_EQUAL(deeper.wait_for(3), all);
  EXPECT_EQUAL(exact.wait_for(2), Heard::Texts{"in.a.b", "in.a.b"});
  EXPECT_EQUAL(again.wait_for(2), Heard::Texts{"in.a.b", "in.a.b"});
  subscriber->close(patience());  // whatever came twice is delivered now
  EXPECT_EQUAL(below.texts(), all);
  EXPECT_EQUAL(deeper.texts(), all);
  EXPECT_EQUAL(exact.texts().size() + again.texts().size(), 4);
}

void ended(Stage& stage) {
  Heard ended, other;
  const Member publisher(stage), subscriber(stage);
  auto one = subscriber->subscribe("in", ended.payloads());
  const auto two = subscriber->subscribe("in", other.payloads());
  const auto three = subscriber->subscribe("in.>", other.payloads());
  publisher->publish("in", "1");
  ended.wait_for(1);
  one.reset();
  publisher->publish("in", "2");
  publisher->publish("in.a", "end");
  EXPECT_EQUAL(other.wait_for_text("end"), Heard::Texts{"1", "2", "end"});
  EXPECT_EQUAL(ended.texts(), Heard::Texts{"1"});
}

void again(Stage& stage) {
  const Member publisher(stage), subscriber(stage);
  for (int round = 0; round < 100; ++round) {
    Heard heard;
    const auto subscription = subscriber->subscribe("in", heard.payloads());
    publisher->publish("in", std::to_string(round));
    heard.wait_for_text(std::to_string(round));
    EXPECT_EQUAL(heard.texts().size(), 1);
  }
}

void moved(Stage& stage) {
  Heard moved, replaced, end;
  const Member bus(stage);
  Subscription one = bus->subscribe("in", moved.payloads());
  Subscription two = bus->subscribe("in", replaced.payloads());
  two = std::move(one);
  const auto last = bus->subscribe("end", end.payloads());
  bus->publish("in", "x");
  bus->publish("end", "x");
  end.wait_for(1);
  EXPECT_EQUAL(moved.wait_for(1), Heard::Texts{"x"});
  EXPECT(replaced.texts().empty());
}

void background(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription =
      subscriber->subscribe("in.>", heard.payloads(), {.ready = Ready::background});
  EXPECT_EQUAL(subscriber.wait_for(Event::Kind::subscribed).what, "in.>");
  publisher->publish("in.a", "x");
  EXPECT_EQUAL(heard.wait_for(1), Heard::Texts{"x"});
}

}  // namespace

std::vector<Promise> subscribing() {
  return {
      {"A topic is matched exactly, or below a dot by a trailing `>`",
       {{"a topic is matched exactly", matches_exactly},
        {"a prefix matches what is below its dot, at any depth, and not itself", matches_prefix}}},
      {"Each subscription gets each message once, also where they overlap",
       {{"overlapping subscriptions get each message once each",
         overlapping,
         {Need::no_duplicates}},
        {"a subscription that is moved goes on, one that is replaced ends", moved}}},
      {"With `ready: background` an event says when a subscription is live",
       {{"a background subscription is live when the event says so", background}}},
      {"Unsubscribing is final",
       {{"a subscription that ended hears nothing more, and the others go on", ended},
        {"who subscribes again right after the last subscription ended hears again", again}}},
  };
}

}  // namespace tubes::conformance

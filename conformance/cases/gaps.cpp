#include <chrono>
#include <string>
#include <thread>

#include <tubes/bus/client.hpp>
#include <tubes/bus/clock.hpp>
#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

/// A typed client that notes what is said, and what it lacks.
struct Listener {
  Heard heard, gaps;
  Client client;

  explicit Listener(Bus& bus) : client(bus) {
    client.on_event([this](const Event& event) {
      if (event.kind == Event::Kind::gap)
        gaps.note(event.publisher + " " + std::to_string(event.count));
    });
    client.on<out::Privmsg>([this](const out::Privmsg& m) { heard.note(m.message); });
  }

  std::uint64_t lacks() const { return client.losses().lost + client.losses().missed; }
};

BusOptions with_heartbeats() {
  auto options = patient();
  options.heartbeat = Milliseconds{20};
  return options;
}

void say_all(Client& client, int first, int last) {
  for (int i = first; i <= last; ++i) client.say("#a", std::to_string(i));
}

void nothing_lost(Stage& stage) {
  const Member listening(stage), one(stage, with_heartbeats()), two(stage, with_heartbeats());
  Listener listener(*listening);
  Client first(*one), second(*two);
  say_all(first, 1, 500);
  say_all(second, 1, 500);
  listener.heard.wait_for(1'000);
  one->close(patience());
  two->close(patience());
  EXPECT_EQUAL(listener.lacks(), 0);
  EXPECT(listener.gaps.texts().empty());
}

void late_and_restarted(Stage& stage) {
  const Member listening(stage), early(stage, with_heartbeats());
  Client publisher(*early);
  say_all(publisher, 1, 100);
  early->flush(patience());
  Listener listener(*listening);
  say_all(publisher, 101, 200);
  listener.heard.wait_for_text("200");
  early->close(patience());
  const Member again(stage, with_heartbeats());
  Client restarted(*again);
  say_all(restarted, 301, 400);
  listener.heard.wait_for_text("400");
  EXPECT_EQUAL(listener.lacks(), 0);
}

void without_meta(Stage& stage) {
  const Member listening(stage), plain(stage);
  Listener listener(*listening);
  for (const auto* text : {"1", "2", "9"})
    plain->publish("out", R"({"version":1,"type":"privmsg","data":{"to":"#a","message":")" +
                              std::string(text) + R"("}})");
  EXPECT_EQUAL(listener.heard.wait_for(3), Heard::Texts{"1", "2", "9"});
  EXPECT_EQUAL(listener.lacks(), 0);
}

/// A bus that comes back when its clock is moved.
BusOptions with(Clock& clock) {
  auto options = with_heartbeats();
  options.clock = &clock;
  options.connect_timeout = std::chrono::hours{1};
  return options;
}

/// Moves the time on until the event is there: an attempt to connect that failed, perhaps one of
/// before the backend was there, is followed by another in its own time.
void pass_until(VirtualClock& time, const Member& member, Event::Kind kind) {
  const auto end = std::chrono::steady_clock::now() + patience();
  while (member.events(kind) == 0) {
    if (std::chrono::steady_clock::now() >= end)
      fail("waited in vain for the event " + std::string(name(kind)) + ", in the time of a test");
    time.advance(std::chrono::seconds{1});
    std::this_thread::yield();
  }
}

void missed_while_away(Stage& stage) {
  VirtualClock time;
  const Member listening(stage, with(time)), publishing(stage, with_heartbeats());
  Listener listener(*listening);
  Client publisher(*publishing);
  say_all(publisher, 1, 10);
  listener.heard.wait_for_text("10");
  publishing->flush(patience());
  stage.place().kill();
  listening.wait_for(Event::Kind::disconnected);
  publishing.wait_for(Event::Kind::disconnected);
  stage.place().start();
  say_all(publisher, 11, 17);
  publishing->flush(patience());
  pass_until(time, listening, Event::Kind::resubscribed);
  say_all(publisher, 18, 20);
  listener.heard.wait_for_text("20");
  EXPECT_EQUAL(listener.client.losses().missed, 7);
  EXPECT_EQUAL(listener.client.losses().lost, 0);
  EXPECT_EQUAL(listener.gaps.wait_for(1), Heard::Texts{publishing->id() + " 7"});
}

void last_one_lost(Stage& stage) {
  VirtualClock publishers_time;  // the listener is to be back first
  auto short_lived = with(publishers_time);
  short_lived.outbox_age = Milliseconds{1};
  const Member listening(stage), publishing(stage, short_lived);
  Listener listener(*listening);
  Client publisher(*publishing);
  say_all(publisher, 1, 10);
  listener.heard.wait_for_text("10");
  stage.place().kill();
  publishing.wait_for(Event::Kind::disconnected);
  say_all(publisher, 11, 13);
  publishers_time.advance(Milliseconds{1});
  publishing.wait_for(Event::Kind::expired);
  stage.place().start();
  listening.wait_for(Event::Kind::resubscribed);
  const auto back =
      publishing->subscribe("back", [](const Delivery&) {}, {.ready = Ready::background});
  pass_until(publishers_time, publishing, Event::Kind::subscribed);
  publishers_time.advance(std::chrono::seconds{1});
  EXPECT_EQUAL(listener.gaps.wait_for(1), Heard::Texts{publishing->id() + " 3"});
  EXPECT_EQUAL(listener.lacks(), 3);
}

void again_and_again(Stage& stage) {
  constexpr int rounds = 5, each = 200;
  auto short_lived = with_heartbeats();
  short_lived.outbox_age = Milliseconds{20};
  const Member listening(stage), publishing(stage, short_lived);
  Listener listener(*listening);
  Client publisher(*publishing);
  const auto up = publishing->subscribe("up", [](const Delivery&) {});  // or this would expire
  publisher.say("#a", "begin");                                         // where counting begins
  listener.heard.wait_for_text("begin");
  for (int round = 0; round < rounds; ++round) {
    say_all(publisher, 1, each);
    const auto before = listening.events(Event::Kind::resubscribed);
    stage.place().kill();
    say_all(publisher, 1, each);
    listening.wait_until_away();
    stage.place().start();
    listening.wait_for(Event::Kind::resubscribed, before + 1);
  }
  // Who can subscribe is back; and what is said while away would expire.
  const auto back = publishing->subscribe("back", [](const Delivery&) {});
  publisher.say("#a", "end");
  listener.heard.wait_for_text("end");
  const auto left = publishing->close(patience());
  expect_ledger(left);
  EXPECT_EQUAL(listener.heard.texts().size() + listener.lacks(), left.sent.published);
}

}  // namespace

std::vector<Promise> gaps() {
  return {
      {"The typed client reports each message it never got, and whose; and claims no other",
       {{"where nothing is lost no gap is claimed", nothing_lost},
        {"a late join and a restart of a publisher are no losses", late_and_restarted},
        {"of publishers that send no meta nothing is claimed", without_meta},
        {"what was published while a receiver was away is a gap, and says so",
         missed_while_away,
         {Need::death}},
        {"the loss of a publisher's last messages is found by its heartbeat",
         last_one_lost,
         {Need::death}},
        {"over outages, what a receiver has and its gaps are all that was published",
         again_and_again,
         {Need::death}}}},
  };
}

}  // namespace tubes::conformance

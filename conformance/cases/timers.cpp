#include <chrono>
#include <stdexcept>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

void in_their_time(Stage& stage) {
  const Member bus(stage);
  Clock& clock = stage.place().clock();
  // On a machine so busy that the second one was due before the first one was set, once more.
  for (bool set_in_time = false; !set_in_time;) {
    Heard heard;
    const auto start = clock.now();
    bus->after(Milliseconds{60}, [&] { heard.note("second"); });
    bus->after(Milliseconds{30}, [&] { heard.note("first"); });
    set_in_time = clock.now() - start < Milliseconds{30};
    stage.place().pass(Milliseconds{60});
    const auto texts = heard.wait_for(2);
    if (set_in_time) EXPECT_EQUAL(texts, Heard::Texts{"first", "second"});
    EXPECT(clock.now() - start >= Milliseconds{60});
  }
}

void after_inside(Stage& stage) {
  Heard heard;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in", heard.payloads());
  bus->after(Milliseconds{0}, [&] {
    bus->publish("in", "from a timer");
    bus->after(Milliseconds{1}, [&] { heard.note("from its timer"); });
  });
  stage.place().pass(Milliseconds{10});
  heard.wait_for_text("from a timer");
  heard.wait_for_text("from its timer");
}

void throwing_timer(Stage& stage) {
  Heard heard;
  const Member bus(stage);
  bus->after(Milliseconds{1}, [] { throw std::runtime_error("a bad timer"); });
  bus->after(Milliseconds{2}, [&] { heard.note("next"); });
  stage.place().pass(Milliseconds{2});
  heard.wait_for(1);
  EXPECT_EQUAL(bus.wait_for(Event::Kind::handler_failed).what, "a bad timer");
  EXPECT_EQUAL(bus->stats().handlers_failed, 1);
}

void not_beside_a_handler(Stage& stage) {
  Heard heard;
  Happening started, release;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in", [&](const Delivery&) {
    started.happen();
    release.happens_within(Milliseconds{50});
    heard.note("handler");
  });
  bus->publish("in", "x");
  started.wait();
  bus->after(Milliseconds{1}, [&] { heard.note("timer"); });
  EXPECT_EQUAL(heard.wait_for(2), Heard::Texts{"handler", "timer"});
}

}  // namespace

std::vector<Promise> timers() {
  return {
      {"`after` runs its action as a handler, when its time has come",
       {{"after runs its action once, as a handler, when its time has come", in_their_time},
        {"a timer may publish, and start another", after_inside},
        {"a timer that throws is counted and reported", throwing_timer},
        {"a timer does not run beside a handler", not_beside_a_handler, {Need::own_thread}}}},
  };
}

}  // namespace tubes::conformance

#include <optional>
#include <string>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

BusOptions impatient() {
  auto options = patient();
  options.ready_timeout = Milliseconds{50};
  return options;
}

void subscribing_nowhere(Stage& stage) {
  stage.place().kill();
  const Member bus(stage, impatient());
  const auto cause = bus.wait_for(Event::Kind::disconnected).what;
  const auto error = error_of([&] { (void)bus->subscribe("in", [](const Delivery&) {}); });
  EXPECT_EQUAL(error.code(), ErrorCode::timed_out);
  EXPECT(contains(error.what(), "cannot subscribe to in within 50 ms"));
  EXPECT(contains(error.what(), stage.description().address));
  EXPECT(contains(error.what(), cause));
  EXPECT(contains(error.what(), stage.description().remedy));
}

void calls_nowhere(Stage& stage) {
  stage.place().kill();
  const Member bus(stage, impatient());
  bus.wait_for(Event::Kind::disconnected);
  bus->publish("in", "x");
  const auto check = [&](const Error& error) {
    EXPECT_EQUAL(error.code(), ErrorCode::timed_out);
    EXPECT(contains(error.what(), stage.description().address));
    EXPECT(contains(error.what(), stage.description().remedy));
  };
  check(error_of([&] { bus->put("key", "value"); }));
  check(error_of([&] { bus->get("key"); }));
  check(error_of([&] { bus->remove("key"); }));
  const auto error = error_of([&] { bus->flush(Milliseconds{50}); });
  check(error);
  EXPECT(contains(error.what(), "1 messages wait"));
  bus->close(Milliseconds{0});
  EXPECT_EQUAL(bus->close(patience()).sent.discarded, 1);
}

void background_goes_live(Stage& stage) {
  stage.place().kill();
  Heard heard;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in", heard.payloads(), {.ready = Ready::background});
  bus.wait_for(Event::Kind::disconnected);
  stage.place().start();
  EXPECT_EQUAL(bus.wait_for(Event::Kind::subscribed).what, "in");
  EXPECT(contains(bus.wait_for(Event::Kind::connected).what, stage.description().address));
  bus->publish("in", "x");
  EXPECT_EQUAL(heard.wait_for(1), Heard::Texts{"x"});
}

void subscribe_waits(Stage& stage) {
  stage.place().kill();
  Heard heard;
  const Member bus(stage);
  const auto starting = bus->on_event([&](const Event& event) {
    if (event.kind == Event::Kind::disconnected) heard.note("away");
  });
  heard.wait_for(1);
  stage.place().start();
  const auto subscription = bus->subscribe("in", heard.payloads());
  bus->publish("in", "x");
  heard.wait_for_text("x");
}

void sent_when_it_comes(Stage& stage) {
  stage.place().kill();
  const Member bus(stage);
  for (int i = 0; i < 1'000; ++i) bus->publish("in", "x");
  EXPECT_EQUAL(bus->stats().sent.waiting, 1'000);
  stage.place().start();
  bus->flush(patience());
  EXPECT_EQUAL(bus->stats().sent.accepted, 1'000);
}

void full_outbox(Stage& stage) {
  stage.place().kill();
  auto options = patient();
  options.outbox_bytes = 4'000;
  options.publish_timeout = Milliseconds{20};
  const Member bus(stage, options);
  bus.wait_for(Event::Kind::disconnected);
  const std::string payload(1'000, 'x');
  std::uint64_t taken = 0;
  while (bus->try_publish("in", payload)) EXPECT(++taken < 10);
  const auto start = std::chrono::steady_clock::now();
  const auto error = error_of([&] { bus->publish("in", payload); });
  EXPECT(std::chrono::steady_clock::now() - start >= Milliseconds{20});
  EXPECT_EQUAL(error.code(), ErrorCode::outbox_full);
  EXPECT(contains(error.what(), stage.description().address));
  EXPECT_EQUAL(bus->stats().sent.published, taken);
  bus->close(Milliseconds{0});
  EXPECT_EQUAL(bus->close(patience()).sent.discarded, taken);
}

}  // namespace

std::vector<Promise> absence() {
  return {
      {"Where no backend is, an error names the address, the cause and the remedy",
       {{"subscribing where no backend is names address, cause and remedy",
         subscribing_nowhere,
         {Need::death}},
        {"a retained value and a flush where no backend is time out with the cause",
         calls_nowhere,
         {Need::death, Need::retained}}}},
      {"A backend that comes later is found",
       {{"a background subscription goes live when the backend comes",
         background_goes_live,
         {Need::death}},
        {"subscribe waits for a backend that comes in time", subscribe_waits, {Need::death}},
        {"what is published before the backend comes is sent when it does",
         sent_when_it_comes,
         {Need::death}}}},
      {"A full outbox blocks until `publish_timeout`; `try_publish` refuses at once",
       {{"a full outbox refuses: at once when tried, at publish_timeout otherwise",
         full_outbox,
         {Need::death}}}},
  };
}

}  // namespace tubes::conformance

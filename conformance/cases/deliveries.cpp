#include <algorithm>
#include <optional>
#include <vector>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

void views(Stage& stage) {
  Happening checked;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in.>", [&](const Delivery& delivery) {
    const std::string topic(delivery.topic), payload(delivery.payload);
    for (int i = 0; i < 100; ++i) bus->publish("out", std::string(200, 'y'));
    EXPECT_EQUAL(delivery.topic, topic);
    EXPECT_EQUAL(delivery.payload, payload);
    checked.happen();
  });
  bus->publish("in.a", std::string(200, 'x'));
  checked.wait();
}

void kept(Stage& stage) {
  constexpr std::size_t count = 200;
  Watched<std::vector<Delivery::Kept>> all;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in", [&](const Delivery& delivery) {
    all.change([&](auto& kept) { kept.push_back(delivery.keep()); });
  });
  for (std::size_t i = 0; i < count; ++i) bus->publish("in", std::to_string(i));
  const auto kept =
      all.wait_until("deliveries", [](const auto& so_far) { return so_far.size() >= count; });
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQUAL(kept[i].topic, "in");
    EXPECT_EQUAL(kept[i].payload, std::to_string(i));
  }
}

void once(Stage& stage) {
  constexpr std::size_t count = 5'000;
  Heard heard;
  std::optional<Member> publisher(std::in_place, stage);
  const Member subscriber(stage);
  const auto one = subscriber->subscribe("in.>", heard.payloads());
  const auto two = subscriber->subscribe("in.a", [](const Delivery&) {});
  for (std::size_t i = 0; i < count; ++i) (*publisher)->publish("in.a", std::to_string(i));
  publisher.reset();
  heard.wait_for(count);
  subscriber->close(patience());
  auto texts = heard.texts();
  std::ranges::sort(texts);
  EXPECT(std::ranges::adjacent_find(texts) == texts.end());
  EXPECT_EQUAL(texts.size(), count);
}

void answered_later(Stage& stage) {
  Heard heard;
  Watched<std::vector<Deferred>> deferred;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in", [&](const Delivery& delivery) {
    deferred.change([&](auto& all) { all.push_back(delivery.defer()); });
    heard.note(std::string(delivery.payload));
  });
  for (const auto* payload : {"1", "2"}) bus->publish("in", payload);
  heard.wait_for(2);
  deferred.change([](auto& all) { all[0].acknowledge(), all[1].acknowledge(); });
  bus->publish("in", "3");
  EXPECT_EQUAL(heard.wait_for(3), Heard::Texts{"1", "2", "3"});
  bus->close(patience());
  deferred.change([](auto& all) { all[2].acknowledge(); });  // too late, which is no error
}

}  // namespace

std::vector<Promise> deliveries() {
  return {
      {"A delivery's views are valid until the handler returns; `keep()` copies",
       {{"what a handler is shown stays as it is until it returns", views},
        {"what was kept outlives the handler", kept}}},
      {"An answer that `defer()` puts off is no error; without durability it changes nothing",
       {{"a delivery that is acknowledged later is received once", answered_later}}},
      {"Nothing is received twice", {{"nothing is received twice", once, {Need::no_duplicates}}}},
  };
}

}  // namespace tubes::conformance

#include <optional>
#include <string>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

using namespace std::string_literals;

void last_wins(Stage& stage) {
  const Member first(stage);
  EXPECT(first->capabilities().retained);
  EXPECT_EQUAL(first->get("nick"), std::nullopt);
  first->put("nick", "old");
  first->put("nick", "new");
  const Member late(stage);
  EXPECT_EQUAL(late->get("nick"), "new");
  late->put("nick", "newest");
  EXPECT_EQUAL(first->get("nick"), "newest");
}

void removed(Stage& stage) {
  const Member alice(stage), bob(stage);
  alice->put("a", "1");
  alice->put("a.b", "2");
  bob->remove("a");
  EXPECT_EQUAL(alice->get("a"), std::nullopt);
  EXPECT_EQUAL(alice->get("a.b"), "2");
  bob->remove("a");
}

void bytes_retained(Stage& stage) {
  const Member bus(stage);
  const std::string large(1 << 20, '\xff');
  for (const auto& value : {""s, "\0\r\n\xff"s, large}) {
    bus->put("key", value);
    EXPECT_EQUAL(bus->get("key"), value);
  }
}

void no_message(Stage& stage) {
  Heard heard;
  const Member bus(stage);
  const auto one = bus->subscribe("nick", heard.payloads());
  const auto two = bus->subscribe("nick.>", heard.payloads());
  bus->put("nick", "retained");
  bus->put("nick.a", "retained");
  bus->publish("nick", "published");
  EXPECT_EQUAL(heard.wait_for_text("published"), Heard::Texts{"published"});
}

}  // namespace

std::vector<Promise> retained() {
  return {
      {"Retained values: the last one wins, late joiners read it",
       {{"a retained value is read by whoever comes later: the last one put",
         last_wins,
         {Need::retained}},
        {"a retained value that is removed is gone, and the others stay",
         removed,
         {Need::retained}},
        {"retained values are bytes, and an empty one is not the same as none",
         bytes_retained,
         {Need::retained, Need::mebibyte}},
        {"a retained value is no message on the topic of its name", no_message, {Need::retained}}}},
  };
}

}  // namespace tubes::conformance

#include <optional>
#include <string>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;
using namespace std::string_literals;

TEST_CASE_TEMPLATE("a retained value is read by whoever comes later: the last one put", Place,
                   EVERY_PLACE) {
  const Place place;
  const Member first(place.url());
  CHECK(first->capabilities().retained);
  CHECK(first->get("nick") == std::nullopt);
  first->put("nick", "old");
  first->put("nick", "new");
  const Member late(place.url());
  CHECK(late->get("nick") == "new");
  late->put("nick", "newest");
  CHECK(first->get("nick") == "newest");
}

TEST_CASE_TEMPLATE("a retained value that is removed is gone, and the others stay", Place,
                   EVERY_PLACE) {
  const Place place;
  const Member alice(place.url()), bob(place.url());
  alice->put("a", "1");
  alice->put("a.b", "2");
  bob->remove("a");
  CHECK(alice->get("a") == std::nullopt);
  CHECK(alice->get("a.b") == "2");
  CHECK_NOTHROW(bob->remove("a"));
}

TEST_CASE_TEMPLATE("retained values are bytes, and an empty one is not the same as none", Place,
                   EVERY_PLACE) {
  const Place place;
  const Member bus(place.url());
  const std::string large(1 << 20, '\xff');
  for (const auto& value : {""s, "\0\r\n\xff"s, large}) {
    bus->put("key", value);
    CHECK_MESSAGE((bus->get("key") == value), "not the bytes that were put");
  }
}

TEST_CASE_TEMPLATE("a retained value is no message on the topic of its name", Place, EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member bus(place.url());
  const auto one = bus->subscribe("nick", heard.payloads());
  const auto two = bus->subscribe("nick.>", heard.payloads());
  bus->put("nick", "retained");
  bus->put("nick.a", "retained");
  bus->publish("nick", "published");
  CHECK(heard.wait_for_text("published") == Heard::Texts{"published"});
}

#include <string>
#include <thread>
#include <vector>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;
using namespace std::string_literals;

TEST_CASE_TEMPLATE("messages of one publisher arrive in the order published", Place, EVERY_PLACE) {
  constexpr int count = 10'000;
  const Place place;
  Heard heard;
  const Member publisher(place.url()), subscriber(place.url());
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  for (int i = 0; i < count; ++i) publisher->publish("in", std::to_string(i));
  const auto texts = heard.wait_for(count);
  REQUIRE(texts.size() == count);
  for (int i = 0; i < count; ++i) REQUIRE(texts[static_cast<std::size_t>(i)] == std::to_string(i));
}

TEST_CASE_TEMPLATE("eight threads publish at once, and each one's order is kept", Place,
                   EVERY_PLACE) {
  constexpr std::size_t threads = 8, count = 1'000;
  const Place place;
  Heard heard;
  const Member publisher(place.url()), subscriber(place.url());
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::vector<std::jthread> publishing;
  for (char name = 'a'; name < static_cast<char>('a' + threads); ++name)
    publishing.emplace_back([&publisher, name] {
      for (std::size_t i = 0; i < count; ++i) publisher->publish("in", name + std::to_string(i));
    });
  const auto texts = heard.wait_for(threads * count);
  REQUIRE(texts.size() == threads * count);
  std::vector<std::size_t> next(threads);
  for (const auto& text : texts) {
    auto& expected = next[static_cast<std::size_t>(text[0] - 'a')];
    REQUIRE(text.substr(1) == std::to_string(expected++));
  }
}

TEST_CASE_TEMPLATE("payloads are bytes: empty, with NUL, invalid UTF-8, a whole MiB", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member publisher(place.url()), subscriber(place.url());
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::string large(1 << 20, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3);
  const Heard::Texts sent{"", "\0"s, "a\0b\r\n"s, "\xff\xfe\xc3\x28", large, "", "end"};
  for (const auto& payload : sent) publisher->publish("in", payload);
  const auto texts = heard.wait_for(sent.size());
  CHECK_MESSAGE((texts == sent), "not the bytes that were published");
}

TEST_CASE_TEMPLATE("publish keeps no reference to its arguments", Place, EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member publisher(place.url()), subscriber(place.url());
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::string topic = "in", payload = "before";
  for (int i = 0; i < 100; ++i) {
    publisher->publish(topic, payload);
    topic = "xx";
    payload = "after!";
    topic = "in";
    payload = "before";
  }
  for (const auto& text : heard.wait_for(100)) REQUIRE(text == "before");
}

TEST_CASE_TEMPLATE("a payload over max_payload is refused with both sizes", Place, EVERY_PLACE) {
  const Place place;
  const Member bus(place.url());
  const std::string large((1 << 20) + 1, 'x');
  const auto error = error_of([&] { bus->publish("in", large); });
  CHECK(error.code() == ErrorCode::payload_too_large);
  CHECK(contains(error.what(), "1048577"));
  CHECK(contains(error.what(), "1048576"));
  CHECK(error_of([&] { bus->put("key", large); }).code() == ErrorCode::payload_too_large);
  CHECK(bus->stats().sent.published == 0);
}

TEST_CASE_TEMPLATE("a topic outside the grammar is refused at the call", Place, EVERY_PLACE) {
  const Place place;
  const Member bus(place.url());
  for (const auto& topic : {""s, "#a"s, "a..b"s, "$x"s, "a b"s, "in.>"s, std::string(256, 'a')}) {
    CAPTURE(topic);
    const auto code_of = [](auto call) { return error_of(call).code(); };
    CHECK(code_of([&] { bus->publish(topic, "x"); }) == ErrorCode::invalid_topic);
    CHECK(code_of([&] { bus->try_publish(topic, "x"); }) == ErrorCode::invalid_topic);
    CHECK(code_of([&] { bus->put(topic, "x"); }) == ErrorCode::invalid_topic);
    CHECK(code_of([&] { bus->get(topic); }) == ErrorCode::invalid_topic);
    CHECK(code_of([&] { bus->remove(topic); }) == ErrorCode::invalid_topic);
  }
  for (const auto* filter : {"", ">", "*", "a.*", "a>", ".>", "$x", "in.>.x"}) {
    CAPTURE(filter);
    const auto error = error_of([&] { (void)bus->subscribe(filter, [](const Delivery&) {}); });
    CHECK(error.code() == ErrorCode::invalid_topic);
  }
}

TEST_CASE_TEMPLATE("topics up to 255 bytes are as good as any, and are told apart", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member bus(place.url());
  Heard::Texts topics;
  std::vector<Subscription> subscriptions;
  for (std::size_t size = 243; size <= 255; ++size) {
    topics.emplace_back(size, 'a');
    subscriptions.push_back(bus->subscribe(topics.back(), heard.topics()));
  }
  for (const auto& topic : topics) bus->publish(topic, "x");
  CHECK(heard.wait_for(topics.size()) == topics);
  bus->close(longest_wait);
  CHECK(heard.texts().size() == topics.size());
}

TEST_CASE_TEMPLATE("flush returns once the backend has accepted all that was published", Place,
                   EVERY_PLACE) {
  constexpr int count = 5'000;
  const Place place;
  const Member bus(place.url());
  for (int i = 0; i < count; ++i) bus->publish("in", "x");
  bus->flush(longest_wait);
  const auto stats = bus->stats();
  CHECK(stats.sent.published == count);
  CHECK(stats.sent.accepted == count);
  CHECK(stats.sent.waiting == 0);
}

TEST_CASE_TEMPLATE("what was flushed is received although its bus is gone", Place, EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member subscriber(place.url());
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  {
    const Member publisher(place.url());
    publisher->publish("in", "x");
    publisher->flush(longest_wait);
  }
  CHECK(heard.wait_for(1) == Heard::Texts{"x"});
}

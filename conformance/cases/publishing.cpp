#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

using namespace std::string_literals;

void order(Stage& stage) {
  constexpr int count = 10'000;
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  for (int i = 0; i < count; ++i) publisher->publish("in", std::to_string(i));
  const auto texts = heard.wait_for(count);
  EXPECT_EQUAL(texts.size(), count);
  for (int i = 0; i < count; ++i)
    EXPECT_EQUAL(texts[static_cast<std::size_t>(i)], std::to_string(i));
}

/// `texts` are "a0", "a1", … of as many `senders`, each one's `count` in its order.
void expect_each_in_order(const Heard::Texts& texts, std::size_t senders, std::size_t count) {
  EXPECT_EQUAL(texts.size(), senders * count);
  std::vector<std::size_t> next(senders);
  for (const auto& text : texts) {
    auto& expected = next.at(static_cast<std::size_t>(text.at(0) - 'a'));
    EXPECT_EQUAL(text.substr(1), std::to_string(expected++));
  }
}

void many_threads(Stage& stage) {
  constexpr std::size_t threads = 8, count = 1'000;
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::vector<std::jthread> publishing;
  for (char name = 'a'; name < static_cast<char>('a' + threads); ++name)
    publishing.emplace_back([&publisher, name] {
      for (std::size_t i = 0; i < count; ++i) publisher->publish("in", name + std::to_string(i));
    });
  expect_each_in_order(heard.wait_for(threads * count), threads, count);
}

void bytes(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const Heard::Texts sent{"", "\0"s, "a\0b\r\n"s, "\xff\xfe\xc3\x28", every_byte, "", "end"};
  for (const auto& payload : sent) publisher->publish("in", payload);
  EXPECT_EQUAL(heard.wait_for(sent.size()), sent);
}

/// The largest payload that a bus with the default options takes here.
std::size_t largest(const Stage& stage) {
  const auto of_the_transport = stage.capabilities().max_payload;
  const auto of_the_bus = BusOptions{}.max_payload;
  return of_the_transport == 0 ? of_the_bus : std::min(of_the_bus, of_the_transport);
}

void largest_payload(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::string large(largest(stage), '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3);
  const Heard::Texts sent{large, "", large};
  for (const auto& payload : sent) publisher->publish("in", payload);
  EXPECT_EQUAL(heard.wait_for(sent.size()), sent);
}

void tried(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  EXPECT(publisher->try_publish("in", "1"));
  publisher->publish("in", "2");
  EXPECT(publisher->try_publish("in", "3"));
  EXPECT_EQUAL(heard.wait_for(3), Heard::Texts{"1", "2", "3"});
  EXPECT_EQUAL(publisher->stats().sent.published, 3);
}

void many_publishers(Stage& stage) {
  constexpr std::size_t buses = 8, count = 500;
  Heard heard;
  const Member subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::vector<std::unique_ptr<Member>> publishers;
  std::vector<std::jthread> publishing;
  publishers.reserve(buses);
  publishing.reserve(buses);
  for (std::size_t i = 0; i < buses; ++i) publishers.push_back(std::make_unique<Member>(stage));
  for (std::size_t i = 0; i < buses; ++i)
    publishing.emplace_back([bus = publishers[i].get(), name = static_cast<char>('a' + i)] {
      for (std::size_t n = 0; n < count; ++n) (*bus)->publish("in", name + std::to_string(n));
    });
  expect_each_in_order(heard.wait_for(buses * count), buses, count);
}

void numbered(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  const auto number = [](std::uint64_t n) { return std::to_string(n); };
  const auto refuse = [](std::uint64_t) -> std::string { throw std::runtime_error("not now"); };
  publisher->publish_numbered("in", number);
  publisher->publish_numbered("elsewhere", number);
  bool refused = false;
  try {
    publisher->publish_numbered("in", refuse);
  } catch (const std::runtime_error&) {
    refused = true;
  }
  EXPECT(refused);
  const auto too_large = [&](std::uint64_t) { return std::string(largest(stage) + 1, 'x'); };
  EXPECT_EQUAL(error_of([&] { publisher->publish_numbered("in", too_large); }).code(),
               ErrorCode::payload_too_large);
  publisher->publish_numbered("in", number);
  EXPECT_EQUAL(heard.wait_for(2), Heard::Texts{"1", "2"});
}

void ids(Stage& stage) {
  const Member one(stage), two(stage);
  for (const auto* id : {&one->id(), &two->id()}) {
    EXPECT_EQUAL(id->size(), 32);
    EXPECT_EQUAL(id->find_first_not_of("0123456789abcdef"), std::string::npos);
  }
  EXPECT(one->id() != two->id());
}

void no_reference(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  Heard::Texts expected;
  std::string topic, payload;
  for (int i = 100; i < 200; ++i) {
    expected.push_back(std::to_string(i));
    topic = "in";
    payload = expected.back();
    publisher->publish(topic, payload);
    topic = "xx";
    payload = "not";
  }
  publisher->flush(patience());
  EXPECT_EQUAL(heard.wait_for(expected.size()), expected);
}

void too_large(Stage& stage) {
  const auto limit = largest(stage);
  const Member bus(stage);
  const std::string large(limit + 1, 'x');
  const auto error = error_of([&] { bus->publish("in", large); });
  EXPECT_EQUAL(error.code(), ErrorCode::payload_too_large);
  EXPECT(contains(error.what(), std::to_string(limit)));
  EXPECT(contains(error.what(), std::to_string(limit + 1)));
  EXPECT_EQUAL(error_of([&] { bus->try_publish("in", large); }).code(),
               ErrorCode::payload_too_large);
  if (stage.capabilities().retained)
    EXPECT_EQUAL(error_of([&] { bus->put("key", large); }).code(), ErrorCode::payload_too_large);
  EXPECT_EQUAL(bus->stats().sent.published, 0);
}

void outside_the_grammar(Stage& stage) {
  const Member bus(stage);
  for (const auto& topic : {""s, "#a"s, "a..b"s, "$x"s, "a b"s, "in.>"s, std::string(256, 'a')}) {
    const auto code_of = [](auto call) { return error_of(call).code(); };
    EXPECT_EQUAL(code_of([&] { bus->publish(topic, "x"); }), ErrorCode::invalid_topic);
    EXPECT_EQUAL(code_of([&] { bus->try_publish(topic, "x"); }), ErrorCode::invalid_topic);
    if (!stage.capabilities().retained) continue;
    EXPECT_EQUAL(code_of([&] { bus->put(topic, "x"); }), ErrorCode::invalid_topic);
    EXPECT_EQUAL(code_of([&] { bus->get(topic); }), ErrorCode::invalid_topic);
    EXPECT_EQUAL(code_of([&] { bus->remove(topic); }), ErrorCode::invalid_topic);
  }
  for (const auto* filter : {"", ">", "*", "a.*", "a>", ".>", "$x", "in.>.x"}) {
    const auto error = error_of([&] { (void)bus->subscribe(filter, [](const Delivery&) {}); });
    EXPECT_EQUAL(error.code(), ErrorCode::invalid_topic);
  }
}

void long_topics(Stage& stage) {
  Heard heard;
  const Member bus(stage);
  Heard::Texts topics;
  std::vector<Subscription> subscriptions;
  for (std::size_t size = 243; size <= 255; ++size) {
    topics.emplace_back(size, 'a');
    subscriptions.push_back(bus->subscribe(topics.back(), heard.topics()));
  }
  for (const auto& topic : topics) bus->publish(topic, "x");
  EXPECT_EQUAL(heard.wait_for(topics.size()), topics);
  bus->close(patience());
  EXPECT_EQUAL(heard.texts().size(), topics.size());
}

void flushing(Stage& stage) {
  constexpr int count = 5'000;
  const Member bus(stage);
  for (int i = 0; i < count; ++i) bus->publish("in", "x");
  bus->flush(patience());
  const auto stats = bus->stats();
  EXPECT_EQUAL(stats.sent.published, count);
  EXPECT_EQUAL(stats.sent.accepted, count);
  EXPECT_EQUAL(stats.sent.waiting, 0);
}

void flushed_and_gone(Stage& stage) {
  Heard heard;
  const Member subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  {
    const Member publisher(stage);
    publisher->publish("in", "x");
    publisher->flush(patience());
  }
  EXPECT_EQUAL(heard.wait_for(1), Heard::Texts{"x"});
}

}  // namespace

std::vector<Promise> publishing() {
  return {
      {"One publisher's messages arrive in the order published",
       {{"messages of one publisher arrive in the order published", order},
        {"eight threads publish at once, and each one's order is kept", many_threads},
        {"eight buses publish at once, and each one's order is kept", many_publishers},
        {"publish_numbered counts what was published, and nothing else", numbered},
        {"each bus has an id of its own", ids}}},
      {"`try_publish` takes what there is room for",
       {{"try_publish publishes, in one order with publish", tried}}},
      {"Payloads are bytes, and arrive unchanged",
       {{"payloads are bytes: empty, with NUL, invalid UTF-8", bytes},
        {"a payload of max_payload bytes arrives whole", largest_payload},
        {"publish keeps no reference to its arguments", no_reference},
        {"a payload over max_payload is refused with both sizes", too_large}}},
      {"A topic outside the grammar is an error at the call",
       {{"a topic outside the grammar is refused at the call", outside_the_grammar},
        {"topics up to 255 bytes are as good as any, and are told apart", long_topics}}},
      {"`flush` returns once the backend has accepted everything",
       {{"flush returns once the backend has accepted all that was published", flushing},
        {"what was flushed is received although its bus is gone", flushed_and_gone}}},
  };
}

}  // namespace tubes::conformance

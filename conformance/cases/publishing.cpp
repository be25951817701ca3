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
  const auto texts = heard.wait_for(threads * count);
  EXPECT_EQUAL(texts.size(), threads * count);
  std::vector<std::size_t> next(threads);
  for (const auto& text : texts) {
    auto& expected = next[static_cast<std::size_t>(text[0] - 'a')];
    EXPECT_EQUAL(text.substr(1), std::to_string(expected++));
  }
}

void bytes(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::string large(1 << 20, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3);
  const Heard::Texts sent{"", "\0"s, "a\0b\r\n"s, "\xff\xfe\xc3\x28", large, "", "end"};
  for (const auto& payload : sent) publisher->publish("in", payload);
  const auto texts = heard.wait_for(sent.size());
  EXPECT_EQUAL(texts, sent);
}

void no_reference(Stage& stage) {
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::string topic = "in", payload = "before";
  for (int i = 0; i < 100; ++i) {
    publisher->publish(topic, payload);
    topic = "xx";
    payload = "after!";
    topic = "in";
    payload = "before";
  }
  for (const auto& text : heard.wait_for(100)) EXPECT_EQUAL(text, "before");
}

void too_large(Stage& stage) {
  const Member bus(stage);
  const std::string large((1 << 20) + 1, 'x');
  const auto error = error_of([&] { bus->publish("in", large); });
  EXPECT_EQUAL(error.code(), ErrorCode::payload_too_large);
  EXPECT(contains(error.what(), "1048577"));
  EXPECT(contains(error.what(), "1048576"));
  EXPECT_EQUAL(error_of([&] { bus->put("key", large); }).code(), ErrorCode::payload_too_large);
  EXPECT_EQUAL(bus->stats().sent.published, 0);
}

void outside_the_grammar(Stage& stage) {
  const Member bus(stage);
  for (const auto& topic : {""s, "#a"s, "a..b"s, "$x"s, "a b"s, "in.>"s, std::string(256, 'a')}) {
    const auto code_of = [](auto call) { return error_of(call).code(); };
    EXPECT_EQUAL(code_of([&] { bus->publish(topic, "x"); }), ErrorCode::invalid_topic);
    EXPECT_EQUAL(code_of([&] { bus->try_publish(topic, "x"); }), ErrorCode::invalid_topic);
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
        {"eight threads publish at once, and each one's order is kept", many_threads}}},
      {"Payloads are bytes, and arrive unchanged",
       {{"payloads are bytes: empty, with NUL, invalid UTF-8, a whole MiB",
         bytes,
         {Need::mebibyte}},
        {"publish keeps no reference to its arguments", no_reference},
        {"a payload over max_payload is refused with both sizes", too_large, {Need::mebibyte}}}},
      {"A topic outside the grammar is an error at the call",
       {{"a topic outside the grammar is refused at the call", outside_the_grammar},
        {"topics up to 255 bytes are as good as any, and are told apart", long_topics}}},
      {"`flush` returns once the backend has accepted everything",
       {{"flush returns once the backend has accepted all that was published", flushing},
        {"what was flushed is received although its bus is gone", flushed_and_gone}}},
  };
}

}  // namespace tubes::conformance

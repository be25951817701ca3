// Overflow::block: a full inbox makes the publisher wait.
#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "profiled.hpp"

using namespace std::chrono_literals;
using namespace tubes;
using tubes::test::balanced;

namespace {

constexpr SubscribeOptions one_that_blocks{.inbox_messages = 1, .overflow = Overflow::block};

std::unique_ptr<Bus> open(Milliseconds publish_timeout = 1h) {
  return memory::open(Url::parse("memory://block?dispatch=thread"),
                      {.publish_timeout = publish_timeout});
}

/// A handler that stays in its first message until it is let go.
class Slow {
 public:
  Slow(Bus& bus, std::string_view topic)
      : subscription(bus.subscribe(
            topic,
            // Whoever cancels does not wait for it: from here on it has what it needs.
            [this, left = left_](const Delivery&) {
              if (++calls_ > 1) return;
              entered_.set_value();
              left.wait();
            },
            one_that_blocks)) {}
  ~Slow() { let_go(); }

  /// One message is in the handler, another in the inbox: that is full.
  void fill(Bus& from, std::string_view topic) {
    from.publish(topic, "1");
    entered_.get_future().wait();
    from.publish(topic, "2");
  }
  void let_go() {
    if (!gone_.exchange(true)) leave_.set_value();
  }

 private:
  std::atomic<int> calls_ = 0;
  std::atomic<bool> gone_ = false;
  std::promise<void> entered_, leave_;
  std::shared_future<void> left_ = leave_.get_future().share();

 public:
  Subscription subscription;  // ends first: its handler uses the others
};

/// Publishes on a thread of its own, and says when that returned.
class Publisher {
 public:
  Publisher(Bus& bus, std::string topic)
      : returned_(done_.get_future()), thread_([this, &bus, topic = std::move(topic)] {
          bus.publish(topic, "more");
          done_.set_value();
        }) {}
  bool is_held() { return returned_.wait_for(20ms) == std::future_status::timeout; }
  void returns() { CHECK(returned_.wait_for(10s) == std::future_status::ready); }

 private:
  std::promise<void> done_;
  std::future<void> returned_;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("memory with threads can block, inline and with a profile it cannot") {
  CHECK(open()->capabilities().block);
  for (const char* url :
       {"memory://a", "memory://b?profile=zmq", "memory://c?profile=redis&dispatch=thread"})
    CHECK_FALSE(memory::open(Url::parse(url))->capabilities().block);
}

TEST_CASE("a full inbox that blocks holds its publisher until there is room, and loses nothing") {
  const auto receiver = open(), sender = open();
  Slow slow(*receiver, "t");
  slow.fill(*sender, "t");
  Publisher publisher(*sender, "t");
  CHECK(publisher.is_held());
  slow.let_go();
  publisher.returns();
  const auto left = receiver->close();
  CHECK(left.received.delivered == 3);
  CHECK(left.received.overflowed == 0);
}

TEST_CASE("while one publisher is held, other topics and other publishers go on") {
  const auto receiver = open(), sender = open(), other = open();
  std::promise<void> first, second;
  const auto free = other->subscribe(
      "free", [&](const Delivery& d) { (d.payload == "1" ? first : second).set_value(); });
  Slow slow(*receiver, "t");
  slow.fill(*sender, "t");
  Publisher publisher(*sender, "t");
  CHECK(publisher.is_held());
  sender->publish("free", "1");  // the very bus whose other thread is held
  other->publish("free", "2");
  first.get_future().wait();
  second.get_future().wait();
  CHECK(publisher.is_held());
  slow.let_go();
}

TEST_CASE("at publish_timeout a held message is dropped, counted and reported") {
  const auto receiver = open(), sender = open(5ms);
  std::promise<Event> reported;
  const auto watcher = open();
  const auto listening = receiver->on_event([&](const Event& event) { reported.set_value(event); });
  Slow slow(*receiver, "t");
  slow.fill(*sender, "t");
  sender->publish("t", "3");
  CHECK(receiver->stats().received.overflowed == 1);
  CHECK(receiver->stats().received.waiting == 2);
  CHECK(balanced(receiver->stats()));
  slow.let_go();
  const auto event = reported.get_future().get();
  CHECK(event.kind == Event::Kind::overflow);
  CHECK(event.what == "t");
}

TEST_CASE("try_publish does not wait for a full inbox: it is refused") {
  const auto receiver = open(), sender = open();
  Slow slow(*receiver, "t");
  slow.fill(*sender, "t");
  CHECK_FALSE(sender->try_publish("t", "3"));
  CHECK(sender->try_publish("free", "3"));
  CHECK(sender->stats().sent.published == 3);
}

TEST_CASE("a handler that publishes into its own full inbox is not held: the newest is dropped") {
  const auto bus = open();
  std::promise<void> done;
  std::atomic<int> calls = 0;
  const auto subscription = bus->subscribe(
      "t",
      [&](const Delivery&) {
        if (++calls > 1) return;
        for (int i = 0; i < 10; ++i) bus->publish("t", "again");
        done.set_value();
      },
      one_that_blocks);
  bus->publish("t", "first");
  REQUIRE(done.get_future().wait_for(10s) == std::future_status::ready);
  const auto left = bus->close();
  CHECK(left.received.delivered == 2);
  CHECK(left.received.overflowed == 9);
  CHECK(balanced(left));
}

TEST_CASE("handlers of two buses that publish into each other's full inboxes end") {
  const auto a = open(), b = open();
  std::atomic<int> left_of_a = 500, left_of_b = 500;
  const auto answers = [](Bus& bus, std::string topic, std::atomic<int>& left) {
    return [&bus, topic = std::move(topic), &left](const Delivery&) {
      if (left-- <= 0) return;
      bus.publish(topic, "");
      bus.publish(topic, "");
    };
  };
  const auto of_a = a->subscribe("a", answers(*a, "b", left_of_a), one_that_blocks);
  const auto of_b = b->subscribe("b", answers(*b, "a", left_of_b), one_that_blocks);
  a->publish("b", "");
  b->publish("a", "");
  CHECK(balanced(a->close()));
  CHECK(balanced(b->close()));
}

TEST_CASE("a publisher is let go when the subscription ends") {
  const auto receiver = open(), sender = open();
  Slow slow(*receiver, "t");
  slow.fill(*sender, "t");
  Publisher publisher(*sender, "t");
  CHECK(publisher.is_held());
  slow.subscription.cancel();
  publisher.returns();
}

TEST_CASE("a publisher is let go when the receiver's bus closes") {
  const auto receiver = open(), sender = open();
  Slow slow(*receiver, "t");
  slow.fill(*sender, "t");
  Publisher publisher(*sender, "t");
  CHECK(publisher.is_held());
  receiver->close(1ms);
  publisher.returns();
}

TEST_CASE("a publisher is let go when its own bus closes, and its message is dropped") {
  const auto receiver = open(), sender = open();
  Slow slow(*receiver, "t");
  slow.fill(*sender, "t");
  Publisher publisher(*sender, "t");
  CHECK(publisher.is_held());
  sender->close(1ms);
  publisher.returns();
  CHECK(receiver->stats().received.overflowed == 1);
}

TEST_CASE("many publishers and a slow receiver: everything arrives, once") {
  const auto receiver = open(), sender = open();
  std::atomic<int> received = 0;
  const auto subscription =
      receiver->subscribe("t", [&](const Delivery&) { ++received; }, one_that_blocks);
  {
    std::vector<std::jthread> publishers;
    for (int i = 0; i < 4; ++i)
      publishers.emplace_back([&] {
        for (int n = 0; n < 250; ++n) sender->publish("t", "");
      });
  }
  CHECK(receiver->close().received.overflowed == 0);
  CHECK(received == 1000);
}

#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <doctest/doctest.h>

#include <tubes/bus/client.hpp>
#include <tubes/tests/system/redis/redis_server.hpp>
#include <tubes/tests/system/zeromq/broker_process.hpp>
#include <tubes/tests/system/zeromq/place.hpp>
#include <tubes/transports/open.hpp>

using namespace tubes;
using namespace std::chrono_literals;

namespace {

constexpr int kills = 50;
constexpr auto longest_wait = 60s;

struct RedisPlace {
  static constexpr const char* name = "redis";
  test::RedisServer server;
  std::string url() const { return server.url(); }
  void kill() { server.kill(); }
  void start() { server.start(); }
};

struct ZmqPlace {
  static constexpr const char* name = "zmq";
  test::BrokerProcess broker{test::free_url().shown()};
  std::string url() const { return broker.url(); }
  void kill() { broker.kill(); }
  void start() { broker.start(); }
};

BusOptions options() {
  BusOptions options;
  options.heartbeat = 50ms;
  options.outbox_bytes = 64 << 10;  // so that publish() has to wait now and then
  options.outbox_age = 100ms;       // and some messages expire
  options.publish_timeout = 1s;
  options.backoff_longest = 200ms;
  options.ready_timeout = longest_wait;
  return options;
}

/// Of sums that no event tells.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + longest_wait;
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  return condition();
}

/// A bus that publishes until it is told to stop: so much that a receiver keeps up on a busy
/// machine, for its events wait behind its messages.
class Sender {
 public:
  explicit Sender(const std::string& url) : bus_(open(url, options())), client_(*bus_) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        for (int i = 0; i < 10; ++i) say();
        std::this_thread::sleep_for(1ms);
      }
    });
  }

  /// Stops, and closes the bus, perhaps while it is away: it states its last number behind its last
  /// message.
  Stats finish() {
    thread_.request_stop();
    thread_.join();
    return bus_->close(longest_wait);
  }

 private:
  void say() try { client_.say("#load", "x"); } catch (const Error& error) {
    // A full outbox published nothing, and used no number.
    if (error.code() != ErrorCode::outbox_full) throw;
  }

  std::unique_ptr<Bus> bus_;
  Client client_;
  std::jthread thread_;
};

/// Whoever listens, and counts what it has and what it lacks.
class Receiver {
 public:
  explicit Receiver(const std::string& url) : bus_(open(url, options())), client_(*bus_) {
    client_.on_event([this](const Event& event) { count(event); });
    client_.on_envelope(Role::out, [this](const Envelope& envelope) { note(envelope.meta); });
  }

  /// Returns once it is connected to the backend that runs now, and has subscribed everything. An
  /// event would not do: it may have come back twice from the outage before.
  void wait_until_back() {
    (void)bus_->subscribe("probe", [](const Delivery&) {});
  }
  void wait_for_senders(std::size_t count) const {
    REQUIRE(eventually([&] {
      std::lock_guard lock(mutex_);
      return last_.size() >= count;
    }));
  }
  /// Returns once it has or lacks `published` messages; the checks say if it never does.
  void wait_for_all(std::uint64_t published) const {
    (void)eventually([&] { return has() + lacks() >= published; });
  }

  std::uint64_t has() const {
    std::lock_guard lock(mutex_);
    return seen_.size();
  }
  std::uint64_t lacks() const { return client_.losses().lost + client_.losses().missed; }
  Losses losses() const { return client_.losses(); }
  std::uint64_t told() const { return told_; }
  std::uint64_t twice() const { return twice_; }
  std::uint64_t out_of_order() const { return out_of_order_; }
  Stats finish() { return bus_->close(longest_wait); }

 private:
  void count(const Event& event) {
    if (event.kind == Event::Kind::gap) told_ += event.count;
  }
  void note(const Meta& meta) {
    std::lock_guard lock(mutex_);
    if (!seen_.emplace(meta.publisher, meta.sequence).second) ++twice_;
    auto& last = last_[meta.publisher];
    if (meta.sequence <= last) ++out_of_order_;
    last = meta.sequence;
  }

  mutable std::mutex mutex_;
  std::set<std::pair<std::string, std::uint64_t>> seen_;
  std::map<std::string, std::uint64_t> last_;
  std::atomic<std::uint64_t> told_ = 0, twice_ = 0, out_of_order_ = 0;
  std::unique_ptr<Bus> bus_;
  Client client_;
};

Sent operator+(Sent a, const Sent& b) {
  a.published += b.published;
  a.accepted += b.accepted;
  a.waiting += b.waiting;
  a.unconfirmed += b.unconfirmed;
  a.expired += b.expired;
  a.discarded += b.discarded;
  a.rejected += b.rejected;
  return a;
}

void print(const char* name, const Sent& sent, const Receiver& receiver) {
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  const auto losses = receiver.losses();
  std::printf(
      "%s, killed %d times:\n"
      "  senders:  published %llu = accepted %llu + unconfirmed %llu + expired %llu + "
      "discarded %llu + rejected %llu\n"
      "  receiver: published %llu = received %llu + lost %llu + missed while away %llu\n",
      name, kills, number(sent.published), number(sent.accepted), number(sent.unconfirmed),
      number(sent.expired), number(sent.discarded), number(sent.rejected), number(sent.published),
      number(receiver.has()), number(losses.lost), number(losses.missed));
}

}  // namespace

TEST_CASE_TEMPLATE("killed 50 times under load: what a receiver lacks is counted, and told", Place,
                   RedisPlace, ZmqPlace) {
  Place place;
  std::mt19937 random(7);
  Receiver receiver(place.url());
  Sender one(place.url()), two(place.url());
  receiver.wait_for_senders(2);  // counting begins with the first that arrives
  for (int kill = 0; kill < kills; ++kill) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));  // of load
    place.kill();
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));  // away
    place.start();
    receiver.wait_until_back();
  }
  const auto sent = one.finish().sent + two.finish().sent;
  receiver.wait_for_all(sent.published);
  print(Place::name, sent, receiver);

  CHECK(sent.waiting == 0);
  CHECK(sent.published ==
        sent.accepted + sent.unconfirmed + sent.expired + sent.discarded + sent.rejected);
  CHECK(receiver.twice() == 0);
  CHECK(receiver.out_of_order() == 0);
  CHECK(receiver.has() + receiver.lacks() == sent.published);
  CHECK(receiver.told() == receiver.lacks());
  // Nobody received what never left, and what the backend accepted is lacked only by who was away.
  CHECK(receiver.has() <= sent.accepted + sent.unconfirmed);
  const auto dropped = sent.expired + sent.discarded + sent.rejected;
  CHECK(receiver.losses().lost <= dropped + sent.unconfirmed);
  // The load was one: every fate was met.
  CHECK(sent.accepted > 1'000);
  CHECK(sent.unconfirmed > 0);
  CHECK(sent.expired > 0);
}

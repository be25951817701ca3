#include <algorithm>
#include <thread>
#include <utility>

#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

Capabilities capabilities_of(Place& place) {
  const auto bus = place.open({});
  const auto capabilities = bus->capabilities();
  bus->close(Milliseconds{0});
  return capabilities;
}

std::string broken_equation(const Stats& stats) {
  const auto& s = stats.sent;
  const auto fates = s.accepted + s.waiting + s.unconfirmed + s.expired + s.discarded + s.rejected;
  if (s.published != fates)
    return "the ledger is wrong: published " + text_of(s.published) +
           ", but accepted + waiting + unconfirmed + dropped is " + text_of(fates);
  const auto& r = stats.received;
  const auto ends = r.delivered + r.waiting + r.overflowed + r.unsubscribed + r.discarded;
  if (r.received != ends)
    return "the ledger is wrong: received " + text_of(r.received) +
           ", but delivered + waiting + dropped is " + text_of(ends);
  return {};
}

std::string wrong_after_close(const Stats& left) {
  if (auto broken = broken_equation(left); !broken.empty()) return broken;
  if (left.sent.waiting > 0) return text_of(left.sent.waiting) + " messages wait in a closed bus";
  if (left.received.waiting > 0)
    return text_of(left.received.waiting) + " deliveries wait in a closed bus";
  if (left.connected) return "a closed bus says it is connected";
  return {};
}

std::string wrong_in(const std::vector<Event>& events) {
  bool up = false;
  for (const auto& event : events) {
    if (event.kind == Event::Kind::connected && std::exchange(up, true))
      return "a connection was told twice: two events \"connected\" without one "
             "\"disconnected\" between them";
    if (event.kind == Event::Kind::disconnected) up = false;
  }
  return {};
}

/// Of what no event tells.
template <class Condition>
void eventually(const std::string& what, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience();
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) fail("waited in vain for " + what);
    std::this_thread::sleep_for(Milliseconds{1});
  }
}

}  // namespace

Stage::Stage(Place& place)
    : place_(place), description_(place.describe()), capabilities_(capabilities_of(place)) {}

BusOptions patient() {
  BusOptions options;
  options.ready_timeout = patience();
  options.publish_timeout = patience();
  return options;
}

Member::Member(Stage& stage, const BusOptions& options)
    : bus_(stage.place().open(options)), listening_(bus_->on_event([this](const Event& event) {
        events_.change([&](Events& events) { events.push_back(event); });
      })) {}

Member::~Member() {
  const auto left = bus_->close(patience());
  listening_.reset();
  for (const auto& wrong : {wrong_after_close(left), wrong_in(events_.value())})
    if (!wrong.empty()) note_failure(wrong);
}

Event Member::wait_for(Event::Kind kind, std::size_t count) const {
  const auto what = "the event " + std::string(name(kind));
  const auto enough = [&](const Events& events) {
    return std::ranges::count(events, kind, &Event::kind) >= static_cast<std::ptrdiff_t>(count);
  };
  const auto events = events_.wait_until(what.c_str(), enough);
  return *std::ranges::find(events, kind, &Event::kind);
}

void Member::wait_until_away() const {
  eventually("the end of the connection", [&] { return !bus_->stats().connected; });
}

std::size_t Member::events(Event::Kind kind) const {
  return static_cast<std::size_t>(std::ranges::count(events_.value(), kind, &Event::kind));
}

std::uint64_t Member::sum_of_counts(Event::Kind kind) const {
  std::uint64_t sum = 0;
  for (const auto& event : events_.value())
    if (event.kind == kind) sum += event.count;
  return sum;
}

void wait_until_received(const Bus& bus, std::uint64_t count) {
  eventually(text_of(count) + " deliveries in the inboxes",
             [&] { return bus.stats().received.received >= count; });
}

void expect_ledger(const Stats& stats) {
  if (const auto broken = broken_equation(stats); !broken.empty()) fail(broken);
}

}  // namespace tubes::conformance

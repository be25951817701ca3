#include <deque>
#include <numeric>
#include <set>

#include <tubes/transports/zeromq/readiness.hpp>
#include <tubes/transports/zeromq/unanswered.hpp>

#include "frames.hpp"

// A client's side: what a broker, or whoever sits in its place, makes it believe.
namespace tubes::fuzz {
namespace {

using namespace zeromq;

/// What was published, beside a count of it.
class Publishes {
 public:
  void sent(std::size_t bytes) {
    if (!unanswered_.has_room()) return;
    unanswered_.sent(bytes, Clock::Time{0});
    open_.push_back(bytes);
  }

  void answered(std::uint64_t count) {
    const bool possible = count >= answered_ && count - answered_ <= open_.size();
    const auto newly = unanswered_.answered(count, Clock::Time{0});
    require(newly.has_value() == possible, "what was not sent cannot be confirmed");
    if (!newly) return;
    require(*newly == count - answered_, "all up to the count are answered");
    open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(*newly));
    answered_ = count;
  }

  void check() const {
    const auto bytes = std::accumulate(open_.begin(), open_.end(), std::size_t{0});
    require(unanswered_.has_room() == (open_.size() < 10'000 && bytes < 8 << 20),
            "what is unanswered is bounded");
  }

 private:
  Unanswered unanswered_;
  std::deque<std::size_t> open_;
  std::uint64_t answered_ = 0;
};

/// Filters that were asked for, and what a broker would have seen of them before each probe.
class Filters {
 public:
  void add(const std::string& filter) {
    if (!wanted_.insert(filter).second) return;
    readiness_.add(filter);
    seen_by_next_.insert(filter);
  }

  void remove(const std::string& filter) {
    readiness_.remove(filter);
    wanted_.erase(filter);
    seen_by_next_.erase(filter);
    for (auto& [probe, filters] : probes_) filters.erase(filter);
  }

  void probe() {
    const auto topic = readiness_.next_probe();
    if (!topic) return;
    require(ready_topic('\1' + *topic) == *topic, "a broker answers every probe", *topic);
    probes_.emplace_back(*topic, seen_by_next_);
  }

  void repeat() { readiness_.repeat(); }

  void answered(std::string_view topic) {
    const auto proof = readiness_.answered(topic);
    const auto open = std::ranges::find(probes_, topic, [](const auto& p) { return p.first; });
    require(proof.has_value() == (open != probes_.end()), "only open probes are answered", topic);
    if (!proof) return;
    require(std::set(proof->filters.begin(), proof->filters.end()) == open->second,
            "an answer proves what was asked for before its probe");
    for (const auto& filter : proof->filters) proven(filter);
    probes_.erase(probes_.begin(), open + 1);
  }

  std::string nth_probe(std::size_t n) const {
    return probes_.empty() ? "$ready.x.0" : probes_[n % probes_.size()].first;
  }

  void check() const {
    require(seen_by_next_.empty() || readiness_.is_waiting(), "what is not proven is waited for");
  }

 private:
  void proven(const std::string& filter) {
    seen_by_next_.erase(filter);
    for (auto& [probe, filters] : probes_) filters.erase(filter);
  }

  Readiness readiness_{"x"};
  std::set<std::string> wanted_, seen_by_next_;
  std::deque<std::pair<std::string, std::set<std::string>>> probes_;
};

struct Client {
  Publishes publishes;
  Filters filters;

  void hears(const zeromq::Reply& reply) {
    if (const auto* acknowledged = std::get_if<Acknowledged>(&reply))
      publishes.answered(acknowledged->count);
    if (const auto* rejected = std::get_if<Rejected>(&reply)) publishes.answered(rejected->count);
  }

  void step(Choices& choices) {
    switch (choices.below(8)) {
      case 0:
        return publishes.sent(choices.byte() * std::size_t{70'000});
      case 1:
        return publishes.answered(choices.byte());
      case 2:
        return hears(parse_reply(views(frames(choices))));
      case 3:
        return filters.add(frame(choices));
      case 4:
        return filters.remove(frame(choices));
      case 5:
        return filters.probe();
      case 6:
        return filters.repeat();
      default:
        return filters.answered(choices.below(2) != 0 ? frame(choices)
                                                      : filters.nth_probe(choices.byte()));
    }
  }
};

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tubes::fuzz::Choices choices(data, size);
  tubes::fuzz::Client client;
  while (choices.any()) {
    client.step(choices);
    client.publishes.check();
    client.filters.check();
  }
  return 0;
}

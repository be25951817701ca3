#include <tubes/bus/gaps.hpp>

namespace tubes {

void Gaps::live(std::string_view topic) {
  live_.emplace(topic);
}

void Gaps::away() {
  live_.clear();
  for (auto& [key, count] : counts_) count.away = true;
}

Gaps::Count* Gaps::find(const Key& key) {
  const auto found = counts_.find(key);
  if (found == counts_.end()) return nullptr;
  turns_.splice(turns_.end(), turns_, found->second.turn);
  return &found->second;
}

void Gaps::begin(Key key, std::uint64_t last) {
  if (counts_.size() >= most_) {
    counts_.erase(turns_.front());
    turns_.pop_front();
  }
  const auto turn = turns_.insert(turns_.end(), key);
  counts_.emplace(std::move(key), Count{last, false, turn});
}

std::optional<Gaps::Gap> Gaps::advance(const Key& key, Count& count, std::uint64_t to) {
  if (to <= count.last) return std::nullopt;
  Gap gap{key.second, key.first, to - count.last, count.away};
  count.last = to;
  (gap.away ? losses_.missed : losses_.lost) += gap.count;
  return gap;
}

std::optional<Gaps::Gap> Gaps::message(std::string_view topic, std::string_view publisher,
                                       std::uint64_t number) {
  if (publisher.empty() || number == 0) return std::nullopt;
  Key key{publisher, topic};
  auto* count = find(key);
  if (count == nullptr) {
    begin(std::move(key), number);
    return std::nullopt;
  }
  if (number <= count->last) return std::nullopt;
  auto gap = advance(key, *count, number - 1);
  count->last = number;
  count->away = false;  // a message that arrives shows that the subscription is there again
  return gap;
}

std::vector<Gaps::Gap> Gaps::heartbeat(const Heartbeat& heartbeat) {
  std::vector<Gap> gaps;
  for (const auto& [topic, last] : heartbeat.last) {
    Key key{heartbeat.publisher, topic};
    const bool is_live = live_.contains(topic);
    if (auto* count = find(key)) {
      if (auto gap = advance(key, *count, last)) gaps.push_back(std::move(*gap));
      if (is_live) count->away = false;
    } else if (is_live && !heartbeat.final) {
      begin(std::move(key), last);
    }
  }
  if (heartbeat.final) forget(heartbeat.publisher);
  return gaps;
}

void Gaps::forget(std::string_view publisher) {
  auto each = counts_.lower_bound({std::string(publisher), {}});
  while (each != counts_.end() && each->first.first == publisher) {
    turns_.erase(each->second.turn);
    each = counts_.erase(each);
  }
}

}  // namespace tubes

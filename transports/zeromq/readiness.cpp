#include <algorithm>
#include <utility>

#include <tubes/transports/zeromq/protocol.hpp>
#include <tubes/transports/zeromq/readiness.hpp>

namespace tubes::zeromq {

Readiness::Readiness(std::string_view unique)
    : prefix_(std::string(ready_prefix).append(unique) + '.') {}

void Readiness::add(std::string filter) {
  waiting_.push_back({std::move(filter), next_});
  unprobed_ = true;
}

void Readiness::remove(std::string_view filter) {
  std::erase_if(waiting_, [&](const Waiting& each) { return each.filter == filter; });
}

std::optional<std::string> Readiness::next_probe() {
  if (!std::exchange(unprobed_, false)) return std::nullopt;
  probes_.push_back(prefix_ + std::to_string(next_++));
  return probes_.back();
}

std::optional<Readiness::Proof> Readiness::answered(std::string_view topic) {
  const auto found = std::ranges::find(probes_, topic);
  if (found == probes_.end()) return std::nullopt;
  const auto newer = static_cast<std::uint64_t>(probes_.end() - found) - 1;
  const auto number = next_ - 1 - newer;
  Proof proof;
  proof.probes.assign(probes_.begin(), found + 1);
  probes_.erase(probes_.begin(), found + 1);
  for (auto& each : waiting_)
    if (each.before <= number) proof.filters.push_back(std::move(each.filter));
  std::erase_if(waiting_, [&](const Waiting& each) { return each.before <= number; });
  return proof;
}

}  // namespace tubes::zeromq

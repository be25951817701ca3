#include <optional>
#include <utility>

#include <tubes/bridge/irc/batches.hpp>

namespace tubes::irc {

std::vector<Batch> Batches::hear(const Line& line) {
  std::vector<Batch> ended;
  auto reference = line.param(0);
  const char sign = reference.empty() ? '\0' : reference.front();
  if ((sign != '+' && sign != '-') || reference.size() == 1) return ended;
  reference.remove_prefix(1);
  end(reference, ended);  // if it is opened while it is open, the server has forgotten it
  if (sign == '-' || open_.size() >= limit) return ended;
  const Batch* const parent = of(line);
  open_.emplace(reference, Batch{line, std::string{reference},
                                 parent == nullptr ? std::string{} : parent->reference});
  return ended;
}

const Batch* Batches::of(const Line& line) const {
  const auto reference = line.tags.empty() ? std::nullopt : line.tag("batch");
  return reference ? find(*reference) : nullptr;
}

const Batch* Batches::find(std::string_view reference) const {
  const auto found = open_.find(reference);
  return found == open_.end() ? nullptr : &found->second;
}

/// With all that is open within it, so that none is ever in a batch that another one has become.
void Batches::end(std::string_view reference, std::vector<Batch>& ended) {
  const auto found = open_.find(reference);
  if (found == open_.end()) return;
  auto batch = std::move(found->second);
  open_.erase(found);
  std::vector<std::string> within;
  for (const auto& [name, other] : open_) {
    if (other.parent == batch.reference) within.push_back(name);
  }
  for (const auto& name : within) end(name, ended);
  ended.push_back(std::move(batch));
}

}  // namespace tubes::irc

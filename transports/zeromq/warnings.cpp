#include <utility>

#include <tubes/transports/zeromq/warnings.hpp>

namespace tubes::zeromq {

void Warnings::warn(const std::string& kind, const std::string& detail) {
  if (!out_) return;
  const auto [entry, first] = unshown_.try_emplace(kind, 0);
  if (first)
    out_(kind + ": " + detail);
  else
    ++entry->second;
}

void Warnings::end_interval() {
  for (const auto& [kind, count] : std::exchange(unshown_, {}))
    if (count > 0) out_(kind + ": " + std::to_string(count) + " more");
}

}  // namespace tubes::zeromq

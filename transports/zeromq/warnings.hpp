#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace tubes::zeromq {

/// Passes on the first warning of a kind at once and then counts, so that a client that misbehaves
/// fast fills no log. One thread.
class Warnings {
 public:
  using Out = std::function<void(const std::string&)>;

  /// An empty `out` hears nothing.
  explicit Warnings(Out out) : out_(std::move(out)) {}

  /// `detail` is of this one case; only the first of an interval is shown.
  void warn(const std::string& kind, const std::string& detail);
  /// Ends an interval: tells how many of each kind came that were not shown.
  void end_interval();

 private:
  Out out_;
  std::map<std::string, std::uint64_t> unshown_;
};

}  // namespace tubes::zeromq

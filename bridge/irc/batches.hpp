#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Lines that belong together, as far as the server has opened them (IRCv3: batch).
struct Batch {
  Line opening;           ///< "+reference", type, parameters; with its tags, such as `label`
  std::string reference;  ///< the server's name for it while it is open
  std::string parent;     ///< the reference of the batch that it is in; "" if it is in none

  std::string_view type() const noexcept { return opening.param(1); }
  /// What stands behind the type; "" if there is no such parameter.
  std::string_view param(std::size_t index) const noexcept { return opening.param(2 + index); }
};

/// The batches that are open. No line waits for the end of its batch: each is handled as it comes,
/// and what it belongs to can be asked here. What is open when the connection ends, ends with it.
class Batches {
 public:
  static constexpr std::size_t limit = 64;  ///< open at one time; of more nothing is known

  /// Takes over a line BATCH. Returns the batch that it ends, and before it those that were still
  /// open within it.
  std::vector<Batch> hear(const Line& line);

  /// The innermost batch that the line is in, or null. Valid until hear() and clear().
  const Batch* of(const Line& line) const;
  /// The batch that this one is in, or null.
  const Batch* around(const Batch& batch) const { return find(batch.parent); }

  void clear() { open_.clear(); }

 private:
  const Batch* find(std::string_view reference) const;
  void end(std::string_view reference, std::vector<Batch>& ended);

  std::map<std::string, Batch, std::less<>> open_;  ///< by reference
};

}  // namespace tubes::irc

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/irc/batches.hpp>
#include <tubes/bridge/irc/encoding.hpp>
#include <tubes/proto/message.hpp>

namespace tubes::irc {

/// "netsplit" or "netjoin" if the line is in such a batch (IRCv3: netsplit, netjoin), else "".
std::string_view netsplit_kind(const Batches& batches, const Line& line);

/// Collects who left by a netsplit, and who came back, until the server says that these were all.
class Netsplits {
 public:
  static constexpr std::size_t limit = 262'144;  ///< bytes of nicks that are kept at one time

  explicit Netsplits(Encoding encoding = {}) : encoding_(encoding) {}

  /// A line that is in a batch, or in none. False when the limit is passed, once until a batch
  /// ends; who is over it is left out.
  bool hear(const Batches& batches, const Line& line);
  /// The in::Netsplit or in::Netjoin that the end of this batch completes; nothing if it was
  /// another kind of batch.
  std::optional<Message> finish(const Batch& batch);

  void clear();

 private:
  struct Nicks {
    std::vector<std::string> in_order;
    std::set<std::string, std::less<>> known;
    std::size_t bytes = 0;
  };

  Encoding encoding_;
  std::map<std::string, Nicks> nicks_;  ///< by the batch's reference
  std::size_t held_ = 0;
  bool full_ = false;
};

}  // namespace tubes::irc

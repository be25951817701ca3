#pragma once

#include <string>

namespace tubes::irc {

/// What has become of a line; of a message of several lines, the worst of them, which is the
/// greatest.
enum class Outcome {
  confirmed,  ///< the server sent it back
  sent,       ///< the server has dealt with it, and has not complained
  unknown,    ///< the connection broke before the server said anything
  failed      ///< it was refused
};

/// The outcome, and what there is to say about it.
struct Fate {
  Outcome outcome = Outcome::confirmed;
  std::string code{};    ///< of a failure: a numeric, a standard reply's code, or a word of ours
  std::string reason{};  ///< the same for a reader, printable
  std::string time{}, msgid{};  ///< of the echo, where the server says them (stamp.hpp)
};

/// What a sender is told who gave a message an id: that it was taken, and later how it ended.
struct Receipt {
  std::string id;
  bool queued = false;  ///< taken; `fate` is not known yet
  Fate fate{};
};

namespace receipt_code {
inline constexpr const char* expired = "expired";
inline constexpr const char* queue_full = "queue_full";
inline constexpr const char* refused = "refused";
inline constexpr const char* stopping = "stopping";
inline constexpr const char* connection_lost = "connection_lost";
inline constexpr const char* no_answer = "no_answer";
}  // namespace receipt_code

}  // namespace tubes::irc

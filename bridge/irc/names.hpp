#pragma once

#include <cstddef>
#include <map>
#include <string>

#include <tubes/bridge/irc/encoding.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/proto/message.hpp>

namespace tubes::irc {

/// Collects a NAMES reply: any number of 353, ended by 366. Nicks keep the server's order, and of
/// several prefixes ("@+nick") the highest.
class NamesCollector {
 public:
  /// Nicks, and replies, that are kept at one time, whatever a server sends.
  static constexpr std::size_t limit = 100'000;

  /// Nicks and channels that are not UTF-8 are read in this encoding.
  explicit NamesCollector(Encoding encoding = {}) : encoding_(encoding) {}

  /// False when the limit is passed, once until the next reply ends; what is over it is dropped.
  bool add(const Isupport& isupport, const Line& line);

  /// The reply that this 366 completes; a channel without a 353 has no nicks.
  in::Names finish(const Isupport& isupport, const Line& line);

  void clear();

 private:
  Encoding encoding_;
  std::map<std::string, in::Nicks> replies_;  ///< by the folded channel
  std::size_t held_ = 0;                      ///< nicks, and one for each reply
  bool full_ = false;
};

}  // namespace tubes::irc

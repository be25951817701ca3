#pragma once

#include <map>
#include <string>

#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/proto/message.hpp>

namespace tubes::irc {

/// Collects a NAMES reply: any number of 353, ended by 366. Nicks keep the server's order, and of
/// several prefixes ("@+nick") the highest.
class NamesCollector {
 public:
  void add(const Isupport& isupport, const Line& line);

  /// The reply that this 366 completes; a channel without a 353 has no nicks.
  in::Names finish(const Isupport& isupport, const Line& line);

  void clear() { replies_.clear(); }

 private:
  std::map<std::string, in::Nicks> replies_;  ///< by the folded channel
};

}  // namespace tubes::irc

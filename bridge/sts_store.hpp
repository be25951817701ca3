#pragma once

#include <string>
#include <string_view>

#include <tubes/bridge/sts.hpp>

namespace tubes::bridge {

/// The STS policies of all networks, which share it, by the clock of the system and in a file.
///
/// The file is JSON, {"sts": {"irc.example.org": {"port": 6697, "duration": 2592000, "expires":
/// 1790000000}}}, the last in seconds since 1970; to forget a policy, stop the bridge and remove
/// its entry. It is written whole at each change. What cannot be read or written is a warning in
/// the log, and never in the way: the policies are then kept in memory. For one thread.
class StsStore {
 public:
  /// "" for no file. One that is not there is empty.
  explicit StsStore(std::string file);

  /// As of StsPolicies.
  Endpoint begin(const Endpoint& configured);
  bool holds(const Endpoint& server) const;
  StsPolicies::ByHost valid() const;
  void offered(const Endpoint& secure, std::string_view value);
  void ended(const Endpoint& secure);

 private:
  void save();

  std::string file_;
  StsPolicies policies_;
  std::string trouble_;  ///< why the file was not written, as last logged
};

}  // namespace tubes::bridge

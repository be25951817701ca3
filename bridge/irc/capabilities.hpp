#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Asks a server for those of IRCv3's capabilities that we make use of (IRCv3: capability
/// negotiation 302, with cap-notify), at the start and whenever it has new ones. What is refused
/// together is asked for one by one, so that one refusal costs nothing else.
///
/// A server that knows CAP lets us in only after end(); one that does not answers nothing, or 421.
class CapabilityNegotiation {
 public:
  /// `sasl`: whether to ask for that, too.
  explicit CapabilityNegotiation(bool sasl);

  /// Sent in front of the registration; begins anew.
  std::string begin();
  /// What to send in answer to a CAP line of the server; "" for nothing.
  std::string answer(const Line& line);
  /// The server knows no CAP, or let us in without it.
  void over() noexcept { offer_over_ = ended_ = true; }

  /// Whether the server has said all it has, or knows no CAP.
  bool offer_is_over() const noexcept { return offer_over_; }
  /// Whether it has also answered all we asked.
  bool settled() const noexcept { return offer_over_ && asked_.empty(); }
  /// Whether we have it.
  bool has(std::string_view name) const { return enabled_.contains(name); }
  /// What the server said with the name, as in "sasl=PLAIN,EXTERNAL"; "" if nothing, or not
  /// offered.
  std::string_view value(std::string_view name) const;

  /// The last word of the registration; "" if it was said.
  std::string end();

  /// The value of `sts` if the server has just offered it; once. It is never asked for.
  std::optional<std::string> take_sts() { return std::exchange(sts_, std::nullopt); }

 private:
  std::string offered(const Line& line);
  std::string acknowledged(const Line& line);
  std::string answered();
  std::string ask();
  std::string ask_for(std::vector<std::string> names);
  void learn(std::string_view offer);
  void forget(std::string_view names);

  const std::vector<std::string_view> wanted_;
  std::map<std::string, std::string, std::less<>> offered_;  ///< of wanted_, with their values
  std::set<std::string, std::less<>> enabled_, refused_;
  std::vector<std::string> asked_;  ///< in the request that has no answer yet
  std::vector<std::string> alone_;  ///< to be asked for one by one
  bool offer_over_ = false, ended_ = false;
  std::optional<std::string> sts_;
};

}  // namespace tubes::irc

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <tubes/bridge/irc/capabilities.hpp>

namespace tubes::irc {
namespace {

constexpr std::array<std::string_view, 2> wanted{"account-tag", "message-tags"};
constexpr std::size_t longest_offer = 65'536;  // what is over it is not looked at

}  // namespace

std::string CapabilityNegotiation::begin() {
  offered_ = " ";
  over_ = false;
  sts_.reset();
  return format_line("CAP", {"LS", "302"});
}

std::string CapabilityNegotiation::answer(const Line& line) {
  if (over_) return {};
  const auto subcommand = line.param(1);
  if (subcommand == "ACK" || subcommand == "NAK") {
    over_ = true;
    return format_line("CAP", {"END"});
  }
  if (subcommand != "LS") return {};
  if (offered_.size() < longest_offer && line.params.size() > 2) learn(line.params.back());
  const bool more_follows = line.param(2) == "*" && line.params.size() > 3;
  return more_follows ? std::string{} : ask();
}

/// The names; of 302 on some have a value, "sasl=PLAIN".
void CapabilityNegotiation::learn(std::string_view offer) {
  while (!offer.empty()) {
    const auto one = offer.substr(0, offer.find(' '));
    offer.remove_prefix(std::min(one.size() + 1, offer.size()));
    offered_.append(one.substr(0, one.find('='))).append(1, ' ');
    if (one.starts_with("sts=")) sts_ = one.substr(4);
  }
}

std::string CapabilityNegotiation::ask() {
  std::string all;
  for (const auto name : wanted)
    if (offered_.find(" " + std::string{name} + " ") != offered_.npos)
      all.append(all.empty() ? "" : " ").append(name);
  if (!all.empty()) return format_line("CAP", {"REQ"}, all);
  over_ = true;
  return format_line("CAP", {"END"});
}

}  // namespace tubes::irc

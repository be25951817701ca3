#include <algorithm>
#include <array>
#include <utility>

#include <tubes/bridge/irc/capabilities.hpp>

namespace tubes::irc {
namespace {

/// Always asked for; docs/BRIDGE.md says what each is for.
constexpr std::array<std::string_view, 15> always_wanted{
    "account-notify",   "account-tag",      "away-notify",       "batch",
    "chghost",          "echo-message",     "extended-join",     "invite-notify",
    "labeled-response", "message-tags",     "multi-prefix",      "server-time",
    "setname",          "standard-replies", "userhost-in-names",
};

std::vector<std::string_view> all_wanted(bool sasl) {
  std::vector<std::string_view> all{always_wanted.begin(), always_wanted.end()};
  if (sasl) all.emplace_back("sasl");
  return all;
}

/// Calls `take` with each word of a list.
template <class Take>
void each_word(std::string_view list, Take take) {
  while (!list.empty()) {
    const auto word = list.substr(0, list.find(' '));
    list.remove_prefix(std::min(word.size() + 1, list.size()));
    if (!word.empty()) take(word);
  }
}

std::string_view list_of(const Line& line) {
  return line.params.size() > 2 ? std::string_view{line.params.back()} : std::string_view{};
}

/// "CAP * LS * :some" is followed by more.
bool more_follows(const Line& line) {
  return line.param(2) == "*" && line.params.size() > 3;
}

}  // namespace

CapabilityNegotiation::CapabilityNegotiation(bool sasl) : wanted_(all_wanted(sasl)) {}

std::string CapabilityNegotiation::begin() {
  offered_.clear();
  enabled_.clear();
  refused_.clear();
  asked_.clear();
  alone_.clear();
  offer_over_ = ended_ = false;
  sts_.reset();
  return format_line("CAP", {"LS", "302"});
}

std::string CapabilityNegotiation::answer(const Line& line) {
  const auto subcommand = line.param(1);
  if (subcommand == "LS") return offered(line);
  if (subcommand == "ACK") return acknowledged(line);
  if (subcommand == "NAK") return answered();
  if (subcommand == "DEL") forget(list_of(line));
  if (subcommand != "NEW") return {};
  learn(list_of(line));
  return ask();
}

std::string_view CapabilityNegotiation::value(std::string_view name) const {
  const auto found = offered_.find(name);
  return found == offered_.end() ? std::string_view{} : std::string_view{found->second};
}

std::string CapabilityNegotiation::end() {
  return std::exchange(ended_, true) ? std::string{} : format_line("CAP", {"END"});
}

std::string CapabilityNegotiation::offered(const Line& line) {
  learn(list_of(line));
  if (more_follows(line)) return {};
  offer_over_ = true;
  return ask();
}

void CapabilityNegotiation::learn(std::string_view offer) {
  each_word(offer, [this](std::string_view one) {
    const auto name = one.substr(0, one.find('='));
    if (one.starts_with("sts=")) sts_ = one.substr(4);
    if (std::find(wanted_.begin(), wanted_.end(), name) == wanted_.end()) return;
    offered_[std::string{name}] = one.substr(std::min(name.size() + 1, one.size()));
    refused_.erase(std::string{name});
  });
}

void CapabilityNegotiation::forget(std::string_view names) {
  each_word(names, [this](std::string_view name) {
    if (const auto found = offered_.find(name); found != offered_.end()) offered_.erase(found);
    if (const auto found = enabled_.find(name); found != enabled_.end()) enabled_.erase(found);
  });
}

/// A name with '-' in front is one that we no longer have.
std::string CapabilityNegotiation::acknowledged(const Line& line) {
  each_word(list_of(line), [this](std::string_view name) {
    if (offered_.contains(name)) enabled_.emplace(name);
    if (name.starts_with('-')) enabled_.erase(std::string{name.substr(1)});
  });
  return more_follows(line) ? std::string{} : answered();
}

/// What was asked for, and is not enabled now, is refused: for itself, or for what stood beside it.
std::string CapabilityNegotiation::answered() {
  auto left = std::exchange(asked_, {});
  const bool together = left.size() > 1;
  std::erase_if(left, [this](const std::string& name) { return enabled_.contains(name); });
  for (auto& name : left) {
    if (!together) refused_.insert(name);
    if (together) alone_.push_back(std::move(name));
  }
  return ask();
}

std::string CapabilityNegotiation::ask() {
  if (!settled()) return {};
  while (!alone_.empty()) {
    auto name = std::move(alone_.front());
    alone_.erase(alone_.begin());
    if (offered_.contains(name)) return ask_for({std::move(name)});
  }
  std::vector<std::string> missing;
  for (const auto name : wanted_) {
    if (offered_.contains(name) && !enabled_.contains(name) && !refused_.contains(name))
      missing.emplace_back(name);
  }
  return missing.empty() ? std::string{} : ask_for(std::move(missing));
}

std::string CapabilityNegotiation::ask_for(std::vector<std::string> names) {
  asked_ = std::move(names);
  std::string all;
  for (const auto& name : asked_) all.append(all.empty() ? "" : " ").append(name);
  return format_line("CAP", {"REQ"}, all);
}

}  // namespace tubes::irc

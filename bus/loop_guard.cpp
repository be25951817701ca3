#include <algorithm>
#include <functional>
#include <utility>

#include <tubes/bus/loop_guard.hpp>

namespace tubes {
namespace {

constexpr std::size_t most_talks = 1'000;  // remembered at once

std::string place_of(const LoopGuard::Answer& answer) {
  return std::string(answer.sender) + " in " + std::string(answer.channel) +
         (answer.network.empty() ? "" : " on " + std::string(answer.network));
}

/// Nicks in another case are the same. That []\\~ are {}|^ on some networks makes no difference
/// here: the bridge tells our nick as the server spells it.
std::string folded(std::string_view nick) {
  std::string text(nick);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string key_of(const LoopGuard::Answer& answer) {
  std::string key(answer.network);
  key.append(1, '\0').append(answer.channel).append(1, '\0').append(answer.sender);
  return key;
}

}  // namespace

LoopGuard::Verdict LoopGuard::ask(const Answer& answer, Clock::Time now) {
  const bool own = answer.to_self || is_own(answer);
  if (!own && !answer.to_bot) return ask_of(talk_of(answer, now), answer, now);
  auto& talk = talk_of(answer, now);
  const bool quiet = now - std::exchange(talk.last_to_bot, now) >= window;
  if (!quiet) return {false, {}};
  return {false, place_of(answer) + (own ? ": that is us" : ": a bot")};
}

/// Old answers are forgotten here, so there are never more than most_of_any.
LoopGuard::Verdict LoopGuard::ask_of(Talk& talk, const Answer& answer, Clock::Time now) {
  const bool quiet = now - talk.last >= window;
  talk.last = now;
  if (quiet) talk.broken_off = false;
  if (talk.broken_off) return {false, {}};
  while (!talk.given.empty() && now - talk.given.front().at >= window) talk.given.pop_front();
  const auto text = std::hash<std::string_view>{}(answer.text);
  const auto same = static_cast<std::size_t>(std::ranges::count(talk.given, text, &Given::text));
  talk.broken_off = same >= most_of_one_text || talk.given.size() >= most_of_any;
  if (!talk.broken_off) {
    talk.given.push_back({now, text});
    return {};
  }
  return {false, place_of(answer) + ": " + std::to_string(talk.given.size()) + " answers within " +
                     std::to_string(std::chrono::floor<std::chrono::seconds>(window).count()) +
                     " s" + (same >= most_of_one_text ? ", the same again and again" : "")};
}

void LoopGuard::own_nick(std::string_view network, std::string_view nick) {
  own_nicks_.insert_or_assign(std::string(network), folded(nick));
}

void LoopGuard::renamed(std::string_view network, std::string_view from, std::string_view to) {
  const auto own = own_nicks_.find(network);
  if (own != own_nicks_.end() && own->second == folded(from)) own->second = folded(to);
}

bool LoopGuard::is_own(const Answer& answer) const {
  const auto own = own_nicks_.find(answer.network);
  return own != own_nicks_.end() && own->second == folded(answer.sender);
}

/// Forgets who was silent for a window, and if there are still too many whoever it meets first.
LoopGuard::Talk& LoopGuard::talk_of(const Answer& answer, Clock::Time now) {
  auto key = key_of(answer);
  if (talks_.size() >= most_talks && !talks_.contains(key)) {
    std::erase_if(talks_, [&](const auto& each) {
      return now - std::max(each.second.last, each.second.last_to_bot) >= window;
    });
    if (talks_.size() >= most_talks) talks_.erase(talks_.begin());
  }
  return talks_[std::move(key)];
}

}  // namespace tubes

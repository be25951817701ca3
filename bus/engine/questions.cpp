#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <tubes/bus/engine/members.hpp>
#include <tubes/bus/engine/own_topics.hpp>
#include <tubes/bus/engine/questions.hpp>

namespace tubes {
namespace {

constexpr std::size_t longest_question = 256;
constexpr std::size_t most_answers = 10'000;

bool is_reply_topic(std::string_view topic) {
  if (!topic.starts_with(stats_topic)) return false;
  topic.remove_prefix(stats_topic.size());
  return topic.starts_with('.') && is_id(topic.substr(1));
}

std::optional<std::string> reply_topic_of(std::string_view question) {
  if (question.size() > longest_question) return std::nullopt;
  bool is_version_1 = false;
  std::string topic;
  const bool read = read_members(question, [&](auto group, auto key, const Member& value) {
    if (group.empty() && key == "v") is_version_1 = value == Member{std::uint64_t{1}};
    const auto* text = std::get_if<std::string_view>(&value);
    if (group.empty() && key == "reply" && text != nullptr) topic = *text;
  });
  if (!read || !is_version_1 || !is_reply_topic(topic)) return std::nullopt;
  return topic;
}

}  // namespace

Questions::Questions(Clock& clock, const std::string& id)
    : clock_(clock), reply_topic_(std::string(stats_topic) + "." + id) {}

std::string Questions::question() const {
  return R"({"v":1,"reply":")" + reply_topic_ + "\"}";
}

bool Questions::asked(std::string_view payload) {
  auto topic = reply_topic_of(payload);
  if (!topic || *topic == reply_topic_) return false;
  std::lock_guard lock(mutex_);
  if (closed_ || !may_answer()) return false;
  to_answer_.push_back(std::move(*topic));
  return true;
}

bool Questions::may_answer() {
  const auto now = clock_.now();
  const auto until = std::max(answered_until_, now) + pause;
  if (until > now + most_at_once * pause) return false;
  answered_until_ = until;
  return true;
}

std::vector<std::string> Questions::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(to_answer_, {});
}

void Questions::answered(std::string_view payload) {
  auto peer = parse_peer_stats(payload);
  std::lock_guard lock(mutex_);
  if (!peer || asking_ == 0 || answers_.size() >= most_answers) return;
  auto id = peer->id;
  answers_.insert_or_assign(std::move(id), std::move(*peer));
}

void Questions::begin() {
  std::lock_guard lock(mutex_);
  if (asking_++ == 0) answers_.clear();
}

std::vector<PeerStats> Questions::end(const Patience* patience) {
  std::unique_lock lock(mutex_);
  if (patience != nullptr) patience->wait(lock, closing_, [&] { return closed_; });
  --asking_;
  std::vector<PeerStats> peers;
  peers.reserve(answers_.size());
  for (const auto& [id, peer] : answers_) peers.push_back(peer);
  const auto order = [](const PeerStats& peer) { return std::tie(peer.name, peer.id); };
  std::ranges::sort(peers, {}, order);
  return peers;
}

void Questions::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  closing_.notify_all();
}

}  // namespace tubes

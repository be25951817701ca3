#include "hub.hpp"

#include <utility>

namespace tubes::test {
namespace {

[[noreturn]] void throw_unreachable(const std::string& cause) {
  throw Error(ErrorCode::unreachable,
              "cannot reach the " + std::string(Hub::address) + " (" + cause + "); " + Hub::remedy);
}

/// Whether one of the filters matches, without asking them all: they may be thousands.
bool matches(const std::set<std::string>& filters, const std::string& topic) {
  if (filters.contains(topic)) return true;
  for (auto dot = topic.find('.'); dot != std::string::npos; dot = topic.find('.', dot + 1))
    if (filters.contains(topic.substr(0, dot) + ".>")) return true;
  return false;
}

}  // namespace

void Line::say(Word word) {
  std::lock_guard lock(mutex_);
  said_.push_back(std::move(word));
  changed_.notify_one();
}

void Line::wake() {
  std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void Line::cut() {
  std::lock_guard lock(mutex_);
  cut_ = true;
  changed_.notify_one();
}

void Line::listen(Sink& sink, Milliseconds longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [&] { return cut_ || woken_ || !said_.empty(); });
  woken_ = false;
  if (cut_) throw_unreachable("it died");
  const auto words = std::exchange(said_, {});
  lock.unlock();
  for (const auto& word : words) word(sink);
}

std::shared_ptr<Line> Hub::connect() {
  std::lock_guard lock(mutex_);
  if (!alive_) throw_unreachable("nobody answers");
  auto line = std::make_shared<Line>();
  lines_[line];
  line->say([](Sink& sink) { sink.connected(); });
  return line;
}

void Hub::disconnect(const std::shared_ptr<Line>& line) noexcept {
  std::lock_guard lock(mutex_);
  lines_.erase(line);
}

Hub::Filters* Hub::filters_of(const std::shared_ptr<Line>& line) {
  const auto found = lines_.find(line);
  return frozen_ || found == lines_.end() ? nullptr : &found->second;
}

void Hub::subscribe(const std::shared_ptr<Line>& line, const Filter& filter) {
  std::lock_guard lock(mutex_);
  auto* filters = filters_of(line);
  if (filters == nullptr) return;
  filters->insert(filter.text());
  line->say([text = filter.text()](Sink& sink) { sink.subscribed(text); });
}

void Hub::unsubscribe(const std::shared_ptr<Line>& line, const Filter& filter) {
  std::lock_guard lock(mutex_);
  if (auto* filters = filters_of(line)) filters->erase(filter.text());
}

void Hub::publish(const std::shared_ptr<Line>& line, const Outgoing& message) {
  std::lock_guard lock(mutex_);
  if (filters_of(line) == nullptr) return;
  for (const auto& [receiver, filters] : lines_)
    if (matches(filters, message.topic))
      receiver->say([message](Sink& sink) { sink.received(message.topic, message.payload); });
  line->say([](Sink& sink) { sink.accepted(1); });
}

void Hub::call(const std::shared_ptr<Line>& line, const RetainedCall& call) {
  std::lock_guard lock(mutex_);
  if (filters_of(line) == nullptr) return;
  line->say([id = call.id, value = answer(call)](Sink& sink) { sink.answered(id, value); });
}

std::optional<std::string> Hub::answer(const RetainedCall& call) {
  if (call.kind == RetainedCall::Kind::put) retained_[call.key] = call.value;
  if (call.kind == RetainedCall::Kind::remove) retained_.erase(call.key);
  const auto found = retained_.find(call.key);
  if (call.kind != RetainedCall::Kind::get || found == retained_.end()) return std::nullopt;
  return found->second;
}

void Hub::kill() {
  std::lock_guard lock(mutex_);
  alive_ = frozen_ = false;
  for (const auto& [line, filters] : lines_) line->cut();
  lines_.clear();
  retained_.clear();
}

void Hub::start() {
  std::lock_guard lock(mutex_);
  alive_ = true;
}

void Hub::freeze() {
  std::lock_guard lock(mutex_);
  frozen_ = true;
}

}  // namespace tubes::test

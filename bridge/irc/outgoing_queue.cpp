#include <algorithm>
#include <iterator>
#include <utility>

#include <tubes/bridge/irc/outgoing_queue.hpp>

namespace tubes::irc {
namespace {

template <class Queue>
auto named(Queue& queue, std::string_view name) {
  return std::find_if(queue.begin(), queue.end(),
                      [&](const auto& one) { return one.name == name; });
}

template <class Queue>
auto& find_or_add(Queue& queue, std::string_view name) {
  const auto found = named(queue, name);
  if (found != queue.end()) return *found;
  auto& added = queue.emplace_back();
  added.name = name;
  return added;
}

template <class T>
T take_front(std::deque<T>& queue) {
  T front = std::move(queue.front());
  queue.pop_front();
  return front;
}

}  // namespace

bool OutgoingQueue::has_room(std::string_view sender, std::string_view target,
                             std::size_t lines) const noexcept {
  return size_ + lines <= limit && waiting_for(sender) + lines <= limit_per_sender &&
         waiting_for(sender, target) + lines <= limit_per_target;
}

void OutgoingQueue::push(std::string_view sender, std::string_view target,
                         std::vector<QueuedLine> lines) {
  if (lines.empty()) return;
  size_ += lines.size();
  auto& of_sender = find_or_add(senders_, sender);
  of_sender.size += lines.size();
  auto& waiting = find_or_add(of_sender.targets, target).lines;
  std::move(lines.begin(), lines.end(), std::back_inserter(waiting));
}

void OutgoingQueue::push_first(std::vector<std::string> lines) {
  for (auto& line : lines) first_.push_back({std::move(line)});
}

const OutgoingQueue::Sender* OutgoingQueue::find(std::string_view sender) const noexcept {
  const auto found = named(senders_, sender);
  return found == senders_.end() ? nullptr : &*found;
}

std::size_t OutgoingQueue::waiting_for(std::string_view sender) const noexcept {
  const auto* const found = find(sender);
  return found == nullptr ? 0 : found->size;
}

std::size_t OutgoingQueue::waiting_for(std::string_view sender,
                                       std::string_view target) const noexcept {
  const auto* const of_sender = find(sender);
  if (of_sender == nullptr) return 0;
  const auto found = named(of_sender->targets, target);
  return found == of_sender->targets.end() ? 0 : found->lines.size();
}

std::optional<QueuedLine> OutgoingQueue::take() {
  if (!first_.empty()) return take_front(first_);
  if (senders_.empty()) return std::nullopt;
  auto sender = take_front(senders_);
  auto target = take_front(sender.targets);
  auto line = take_front(target.lines);
  --size_;
  --sender.size;
  if (!target.lines.empty()) sender.targets.push_back(std::move(target));
  if (!sender.targets.empty()) senders_.push_back(std::move(sender));
  return line;
}

void OutgoingQueue::clear() {
  first_.clear();
  senders_.clear();
  size_ = 0;
}

}  // namespace tubes::irc

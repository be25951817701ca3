#include <doctest/doctest.h>

#include <tubes/bridge/irc/outgoing_queue.hpp>

namespace tubes::irc {
namespace {

std::vector<QueuedLine> lines(std::initializer_list<const char*> texts) {
  std::vector<QueuedLine> all;
  for (const auto* text : texts) all.push_back({text});
  return all;
}

std::vector<QueuedLine> many(std::size_t count) {
  return std::vector<QueuedLine>(count, QueuedLine{"x"});
}

std::string drained(OutgoingQueue& queue) {
  std::string all;
  while (const auto line = queue.take()) all += line->text;
  return all;
}

TEST_CASE("targets take turns, and each keeps its order") {
  OutgoingQueue queue;
  queue.push("bot", "#a", lines({"a1", "a2", "a3"}));
  queue.push("bot", "#b", lines({"b1"}));
  queue.push("bot", "#a", lines({"a4"}));
  queue.push("bot", "#c", lines({"c1"}));
  CHECK(queue.size() == 6);
  CHECK(drained(queue) == "a1b1c1a2a3a4");
  CHECK(queue.size() == 0);
}

TEST_CASE("senders take turns, however many targets each has") {
  OutgoingQueue queue;
  queue.push("noisy", "#a", lines({"a1", "a2"}));
  queue.push("noisy", "#b", lines({"b1"}));
  queue.push("noisy", "#c", lines({"c1"}));
  queue.push("quiet", "#a", lines({"q1", "q2"}));
  CHECK(drained(queue) == "a1q1b1q2c1a2");
}

TEST_CASE("there is room up to the limits, of which one sender and one target leave others some") {
  OutgoingQueue queue;
  CHECK(queue.has_room("bot", "#a", OutgoingQueue::limit_per_target));
  CHECK_FALSE(queue.has_room("bot", "#a", OutgoingQueue::limit_per_target + 1));
  queue.push("bot", "#a", many(OutgoingQueue::limit_per_target));
  CHECK_FALSE(queue.has_room("bot", "#a", 1));
  CHECK(queue.has_room("other", "#a", 1));
  queue.push("bot", "#b", many(OutgoingQueue::limit_per_target));
  queue.push("bot", "#c", many(100));
  CHECK_FALSE(queue.has_room("bot", "#d", 1));
  CHECK(queue.has_room("other", "#d", 1));
  queue.push("other", "#a", many(OutgoingQueue::limit_per_target));
  queue.push("other", "#b", many(OutgoingQueue::limit_per_target));
  queue.push("third", "#a", many(100));
  CHECK(queue.size() == OutgoingQueue::limit);
  CHECK_FALSE(queue.has_room("fourth", "#a", 1));
}

TEST_CASE("what must not be refused is sent first") {
  OutgoingQueue queue;
  queue.push("bot", "#a", lines({"x", "y"}));
  queue.push_first({"1", "2"});
  CHECK(queue.first_waits());
  CHECK(queue.size() == 4);
  CHECK(drained(queue) == "12xy");
  CHECK_FALSE(queue.first_waits());
}

TEST_CASE("a cleared queue is empty") {
  OutgoingQueue queue;
  queue.push("bot", "#a", lines({"1", "2"}));
  queue.push_first({"3"});
  queue.clear();
  CHECK(queue.size() == 0);
  CHECK_FALSE(queue.take());
  CHECK(queue.waiting_for("bot") == 0);
}

}  // namespace
}  // namespace tubes::irc

#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include <tubes/bus/driver.hpp>

namespace tubes::test {

/// What the hub says to one connection, in order, until the driver listens. Thread-safe.
class Line {
 public:
  using Word = std::function<void(Sink&)>;

  void say(Word word);
  void wake();
  /// Whoever listens now or later gets an Error; what was said and not yet heard is lost.
  void cut();

  /// Waits at most `longest`, or until wake(), and tells `sink` what was said.
  void listen(Sink& sink, Milliseconds longest);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Word> said_;
  bool woken_ = false;
  bool cut_ = false;
};

/// A backend inside this process that dies, comes back and freezes, as a server does. Thread-safe.
class Hub {
 public:
  static constexpr const char* address = "hub in this process";
  static constexpr const char* remedy = "is it started?";

  /// Throws Error{unreachable} while it is dead.
  std::shared_ptr<Line> connect();
  void disconnect(const std::shared_ptr<Line>& line) noexcept;

  // Answered on the line. What comes over a line that was cut, or while frozen, has no effect.
  void subscribe(const std::shared_ptr<Line>& line, const Filter& filter);
  void unsubscribe(const std::shared_ptr<Line>& line, const Filter& filter);
  void publish(const std::shared_ptr<Line>& line, const Outgoing& message);
  void call(const std::shared_ptr<Line>& line, const RetainedCall& call);

  void kill();
  void start();
  void freeze();

 private:
  using Filters = std::set<std::string>;

  /// The filters of the line; none if the hub does not listen to it.
  Filters* filters_of(const std::shared_ptr<Line>& line);
  std::optional<std::string> answer(const RetainedCall& call);

  std::mutex mutex_;
  std::map<std::shared_ptr<Line>, Filters> lines_;
  std::map<std::string, std::string> retained_;
  bool alive_ = true;
  bool frozen_ = false;
};

}  // namespace tubes::test

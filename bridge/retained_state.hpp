#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <tubes/bus/bus.hpp>

namespace tubes::bridge {

/// The bot's nick, on the first network.
inline constexpr const char* nick_key = "nick";

/// Keeps retained values of the bus as they should be, on a thread of its own: a put waits for the
/// backend, and IRC must not. What fails is logged, and written at the next write_again(). Does
/// nothing where the bus has no retained values. Thread-safe.
class RetainedState {
 public:
  explicit RetainedState(Bus& bus);
  /// Finishes as finish() does.
  ~RetainedState();

  /// The value that the key should have; nothing removes it. Returns at once.
  void set(const std::string& key, std::optional<std::string> value);
  /// The backend is there again, perhaps without what it once held: writes every value.
  void write_again();
  /// Writes what is left, each value once, and ends the thread.
  void finish();

 private:
  using Values = std::map<std::string, std::optional<std::string>>;

  void run();
  void write(const std::string& key, const std::optional<std::string>& value);

  Bus& bus_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Values wanted_;
  Values due_;  ///< of those wanted, the ones to be written
  bool finishing_ = false;
  std::thread thread_;
};

}  // namespace tubes::bridge

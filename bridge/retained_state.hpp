#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <tubes/bus/bus.hpp>

namespace tubes::bridge {

/// Keeps retained values of the bus as they should be, on a thread of its own: a put waits for the
/// backend, and IRC must not. What fails is logged and tried again at the next retry(). Does
/// nothing where the bus has no retained values. Thread-safe.
class RetainedState {
 public:
  explicit RetainedState(Bus& bus);
  /// Finishes as finish() does.
  ~RetainedState();

  /// The value that the key should have; nothing removes it. Returns at once.
  void set(const std::string& key, std::optional<std::string> value);
  /// The backend is there again: everything not yet written is tried once more.
  void retry();
  /// Tries what is left once, and ends the thread.
  void finish();

 private:
  using Values = std::map<std::string, std::optional<std::string>>;

  void run();
  /// Whether the backend took it.
  bool write(const std::string& key, const std::optional<std::string>& value);
  void write_all(const Values& values);
  /// Keeps a value that was not taken, unless a newer one came meanwhile.
  void keep(const std::string& key, const std::optional<std::string>& value,
            std::uint64_t retries_before);

  Bus& bus_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Values due_;
  Values failed_;  ///< waits for retry()
  std::uint64_t retries_ = 0;
  bool finishing_ = false;
  std::thread thread_;
};

}  // namespace tubes::bridge

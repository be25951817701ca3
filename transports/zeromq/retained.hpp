#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include <tubes/transports/zeromq/protocol.hpp>

namespace tubes::zeromq {

/// The retained values of a broker: in memory, bounded, gone when it ends. One thread.
class RetainedValues {
 public:
  using Value = std::shared_ptr<const std::string>;

  /// Bytes that an entry takes beside its key and its value: millions of empty ones fill the
  /// memory, too.
  static constexpr std::size_t overhead = 160;

  /// `max_bytes` of all entries together; `max_value` bytes of a value.
  RetainedValues(std::size_t max_bytes, std::size_t max_value)
      : max_bytes_(max_bytes), max_value_(max_value) {}

  /// Does what is asked, or says why not.
  Answer answer(RetainedCall call);
  /// The value itself, shared with whoever still has it; null if there is none.
  Value find(const std::string& key) const;

  std::size_t keys() const noexcept { return values_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  static std::size_t size_of(const std::string& key, const std::string& value) noexcept {
    return overhead + key.size() + value.size();
  }
  Answer put(RetainedCall& call);
  Answer get(const RetainedCall& call) const;
  Answer remove(const RetainedCall& call);

  std::size_t max_bytes_, max_value_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, Value> values_;
};

}  // namespace tubes::zeromq

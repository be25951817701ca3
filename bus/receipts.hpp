#pragma once

#include <functional>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include <tubes/bus/options.hpp>
#include <tubes/proto/message.hpp>

namespace tubes {

/// Called with what became of a message, as a handler of the bus.
using ReceiptHandler = std::function<void(const Receipt&)>;

/// What will have become of one message: for a program that waits for it. May be copied, and
/// outlive the client and the bus. Thread-safe.
///
/// Who waits inside a handler would keep the receipt from ever being handled, so waiting there is
/// an Error{invalid_argument}. On an inline bus (memory://) nothing comes while its one thread
/// waits: waiting there for what has not come yet is an Error{unsupported}.
class PendingReceipt {
 public:
  PendingReceipt(std::string id, std::shared_future<Receipt> ending, bool is_inline)
      : id_(std::move(id)), ending_(std::move(ending)), inline_(is_inline) {}

  const std::string& id() const noexcept { return id_; }
  bool ready() const;

  /// Waits for the ending: confirmed, sent, failed or unknown. It comes after
  /// ClientOptions::receipt_timeout at the latest, or when the client or the bus ends: then it is
  /// `unknown`, with the code "timeout" or "closed".
  Receipt get() const;
  /// The same, but nothing if it has not come by then.
  std::optional<Receipt> wait_for(Milliseconds timeout) const;

 private:
  void require_may_wait() const;

  std::string id_;
  std::shared_future<Receipt> ending_;
  bool inline_;
};

}  // namespace tubes

#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace tubes {

/// What kind of thing went wrong; the text of the Error says what, where and what to do.
enum class ErrorCode {
  invalid_topic,      ///< a topic, filter or key outside the grammar
  invalid_url,        ///< a bus URL that cannot be understood
  invalid_argument,   ///< a call that makes no sense, such as a subscription without a handler
  invalid_config,     ///< a configuration file or flag that cannot be understood
  payload_too_large,  ///< a payload over max_payload
  unsupported,        ///< the transport does not declare this capability
  outbox_full,        ///< the outbox stayed full until publish_timeout
  timed_out,          ///< the backend did not answer in time
  unreachable,        ///< no connection to the backend
  refused,            ///< the backend answered and said no (wrong password, wrong type, ...)
  closed,             ///< the bus is closed
  livelock,           ///< handlers kept each other busy beyond the limit
};

/// The name of a code as it stands above, e.g. "outbox_full".
std::string_view name(ErrorCode code) noexcept;

/// Every error that Tubes throws.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& what) : std::runtime_error(what), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace tubes

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tubes/proto/envelope.hpp>

namespace tubes {

enum class WireFormat { json, protobuf };

/// What a topic carries, whatever its name: the type "privmsg" means one thing on `in`, another
/// on `out`; web_in has no envelope.
enum class Role { in, out, web_in, receipts };

/// One payload. Text that is not UTF-8 becomes U+FFFD. WebIn is always JSON. Never throws but
/// std::bad_alloc.
std::string encode(const Envelope& envelope, WireFormat format);

/// What decode() made of a payload.
struct Decoded {
  std::optional<Envelope> envelope;
  WireFormat format = WireFormat::json;
  std::string why;  ///< if there is no envelope: what was wrong and where, with a bounded excerpt
};

/// Reads either wire format: after a BOM and white space, `{` is JSON; anything else must parse as
/// a protobuf envelope with its version set. Accepts any bytes. Never throws but std::bad_alloc.
Decoded decode(Role role, std::string_view payload);

}  // namespace tubes

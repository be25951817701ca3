#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <openssl/types.h>

namespace tubes::bridge {

// A certificate's SHA-256 fingerprint: 64 hexadecimal digits in lower case. It is not secret.

/// Reads one as people and programs write it: in either case, with colons or without. Nothing if
/// it is none.
std::optional<std::string> parse_fingerprint(std::string_view text);

std::string fingerprint_of(const X509* certificate);

}  // namespace tubes::bridge

#pragma once

#include <cstdint>
#include <string>

#include <tubes/proto/message.hpp>

namespace tubes {

/// Who published a message and which of theirs on the topic it is, counted from 1. A receiver so
/// learns how many it never got. Clients of 2012 send none: `publisher` is then empty.
struct Meta {
  std::string publisher;
  std::uint64_t sequence = 0;
  bool operator==(const Meta&) const = default;
};

/// What came beside the known fields, kept so that a relay passes it on unharmed. encode() writes
/// it back into its own format, and lets the other format carry it; docs/PROTOCOL.md says where.
/// It never overrides a known field, and text or bytes that are not what is said here are left out.
struct UnknownFields {
  std::string json;      ///< JSON object text: {"data":{…},"meta":{…}, other top-level keys}; or ""
  std::string protobuf;  ///< serialized fields that the schema does not have, as an Envelope; or ""
  bool operator==(const UnknownFields&) const = default;
};

struct Envelope {
  Message message;
  Meta meta;
  UnknownFields unknown;
  bool operator==(const Envelope&) const = default;
};

}  // namespace tubes

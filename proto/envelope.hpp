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
};

/// What came beside the known fields, kept so that a relay passes it on unharmed.
struct UnknownFields {
  std::string json;      ///< JSON object text: {"data":{…},"meta":{…}, other top-level keys}; or ""
  std::string protobuf;  ///< serialized fields that the schema does not have; or ""
};

struct Envelope {
  Message message;
  Meta meta;
  UnknownFields unknown;
};

}  // namespace tubes

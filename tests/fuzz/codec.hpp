#pragma once

#include <string>

#include <tubes/proto/types.hpp>

#include "fuzz.hpp"

namespace tubes::fuzz {

/// What a relay that writes `format` makes of an envelope that some decode() gave.
inline Envelope relayed(Role role, const Envelope& envelope, WireFormat format) {
  const auto bytes = encode(envelope, format);
  auto decoded = decode(role_of(envelope.message, role), bytes);
  require(decoded.envelope.has_value(), "what is encoded can be decoded", decoded.why);
  return *std::move(decoded.envelope);
}

inline std::string shown(const Envelope& envelope) {
  return encode(envelope, WireFormat::json) + "\n  meta " + envelope.meta.publisher + ' ' +
         std::to_string(envelope.meta.sequence) + "\n  unknown " + envelope.unknown.json + " and " +
         std::to_string(envelope.unknown.protobuf.size()) + " bytes of protobuf";
}

inline void require_same(const Envelope& a, const Envelope& b, std::string_view promise) {
  if (!(a == b)) require(false, promise, shown(a) + "\n  is not\n  " + shown(b));
}

/// For an envelope that decode() gave.
inline void require_round_trips(Role role, const Envelope& envelope) {
  require_same(envelope, relayed(role, envelope, WireFormat::json), "JSON carries all of it");
  const auto protobuf = relayed(role, envelope, WireFormat::protobuf);
  require_same(envelope, protobuf, "protobuf carries all of it");
  require_same(envelope, relayed(role, protobuf, WireFormat::json), "both formats agree");
}

/// The first byte chooses the role, the rest is the payload. -1 if that is not in `format`.
inline int decode_anything(const std::uint8_t* data, std::size_t size, WireFormat format) {
  constexpr Role roles[] = {Role::in, Role::out, Role::web_in, Role::receipts};
  Choices choices(data, size);
  const Role role = roles[choices.below(4)];
  const auto decoded = decode(role, choices.rest());
  if (decoded.format != format) return -1;
  require(decoded.envelope.has_value() == decoded.why.empty(), "either an envelope or a reason");
  require(decoded.why.size() < 1'000, "a reason has a bounded excerpt", decoded.why);
  if (decoded.envelope) require_round_trips(role, *decoded.envelope);
  return 0;
}

}  // namespace tubes::fuzz

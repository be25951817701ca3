#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tubes/proto/codec.hpp>

/// The protobuf wire format: tubes.v1.Envelope of tubes/v1/envelope.proto.
namespace tubes::protobuf {

/// Not for a WebIn, which has no envelope.
std::string encode(const Envelope& envelope);

/// Nothing if the bytes are no envelope; `why` then says what is wrong. What an older version sent
/// as of an unknown type is read as the type that `role` knows by that name.
std::optional<Envelope> decode(Role role, std::string_view bytes, std::string& why);

/// Reduces UnknownFields::protobuf, as a JSON envelope carries it, to what encode() writes: no
/// known fields, and none of another type's body. False if it is no envelope.
bool settle_unknown(Envelope& envelope, std::string& why);

}  // namespace tubes::protobuf

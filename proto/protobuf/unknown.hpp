#pragma once

#include <string>
#include <string_view>

#include <tubes/v1/envelope.pb.h>

/// Fields that this version's schema does not have.
namespace tubes::protobuf {

/// The envelope without its known fields, serialized: UnknownFields::protobuf. "" if nothing is
/// left.
std::string unknown_of(v1::Envelope envelope);

/// Whether there are unknown fields at the top: one may be the body of a newer schema.
bool has_newer_body(const v1::Envelope& envelope);

/// Puts them back beside the known fields, which it never changes. Leaves out what is no envelope,
/// and what belonged into another body.
void add_unknown(std::string_view unknown, v1::Envelope& envelope);

}  // namespace tubes::protobuf

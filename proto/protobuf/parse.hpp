#pragma once

#include <string>
#include <string_view>

#include <tubes/v1/envelope.pb.h>

namespace tubes::protobuf {

/// Parses an envelope whatever its version. False if the bytes are none; `why` then says so.
/// Writes to no log, as libprotobuf alone would for text that is not UTF-8.
bool parse(std::string_view bytes, v1::Envelope& envelope, std::string& why);

}  // namespace tubes::protobuf

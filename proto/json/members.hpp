#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tubes/proto/json/extras.hpp>
#include <tubes/proto/json/walker.hpp>
#include <tubes/proto/message.hpp>

namespace tubes::json {

/// The members of an envelope, as JSON text; empty where there is none.
struct Members {
  std::string_view version, type, data, meta;
  std::optional<Item> command;  ///< where the clients of 2012 put it
};

/// Reads the data into the message, whose type is already the right one; what it does not know
/// goes to `extras`. False if the data does not fit; `why` then says so.
bool read_message(const Members& members, Message& message, Extras& extras, std::string& why);

}  // namespace tubes::json

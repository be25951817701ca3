#pragma once

#include <string>

namespace tubes::zeromq {

/// Whether someone listens at an ipc:// endpoint. libzmq would bind there nevertheless, and take
/// the address away from them. False for other endpoints: binding finds that out.
bool is_occupied(const std::string& endpoint);

}  // namespace tubes::zeromq

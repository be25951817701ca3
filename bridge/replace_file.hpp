#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace tubes::bridge {

/// Gives a file this text, whole or not at all: whoever reads it, even after a crash, finds the old
/// text or the new one. Only this user may read it then. Blocks until the disk has it.
std::error_code replace_file(const std::string& file, std::string_view text);

}  // namespace tubes::bridge

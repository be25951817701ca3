#pragma once

#include <filesystem>
#include <string>

namespace tubes::test {

/// Returns once the file holds `words`, as a server's log does when it is ready; throws
/// std::runtime_error with its text, and `who` should have written it, if they do not come in time.
void wait_for_words(const std::filesystem::path& log, const std::string& words,
                    const std::string& who);

}  // namespace tubes::test

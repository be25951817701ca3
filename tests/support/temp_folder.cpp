#include <cerrno>
#include <string>
#include <system_error>

#include <stdlib.h>

#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::test {

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "tubes-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "cannot make the folder " + name);
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tubes::test

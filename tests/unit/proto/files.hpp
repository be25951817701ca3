#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace tubes::test {

/// A path inside the sources; ctest says where they are.
inline std::filesystem::path source(const std::string& path) {
  const char* root = std::getenv("TUBES_SOURCE_DIR");
  if (!root) throw std::runtime_error("set TUBES_SOURCE_DIR to the sources, as ctest does");
  return std::filesystem::path(root) / path;
}

inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace tubes::test

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "fuzz.hpp"

/// Runs a fuzzer on every file of a folder, its corpus, with any compiler. The last name shown is
/// that of the file that ended the program.
int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: fuzz_NAME FOLDER\n", 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1]))
    files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& path : files) {
    std::cout << path.filename().string() << std::endl;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::cerr << "cannot be read\n", 1;
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  if (files.empty()) return std::cerr << "the corpus " << argv[1] << " is empty\n", 1;
  std::cout << files.size() << " inputs passed\n";
}

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include <tubes/bridge/replace_file.hpp>

namespace tubes::bridge {
namespace {

std::error_code last_error() {
  return {errno, std::generic_category()};
}

std::error_code write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_error();
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0 ? std::error_code{} : last_error();
}

}  // namespace

std::error_code replace_file(const std::string& file, std::string_view text) {
  std::string beside = file + ".XXXXXX";  // on the same file system, as rename() needs it
  const int made = ::mkstemp(beside.data());
  if (made < 0) return last_error();
  auto error = write_all(made, text);
  if (::close(made) != 0 && !error) error = last_error();
  if (!error && std::rename(beside.c_str(), file.c_str()) != 0) error = last_error();
  if (error) ::unlink(beside.c_str());
  return error;
}

}  // namespace tubes::bridge

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tubes/bus/error.hpp>
#include <tubes/transports/zeromq/key_files.hpp>
#include <tubes/transports/zeromq/refuse.hpp>

namespace tubes::zeromq {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view secret_mark = "# The secret half of a key of Tubes";
constexpr std::string_view public_mark = "# The public half of a key of Tubes";
constexpr std::uintmax_t largest_file = 1 << 20;

/// Nothing, and errno, if the file cannot be read; a device or a pipe would never end.
std::optional<std::string> text_of(const fs::path& path) {
  std::error_code error;
  const bool readable =
      fs::is_regular_file(path, error) && fs::file_size(path, error) <= largest_file;
  std::ifstream file(readable ? path : fs::path());
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool is_passed_over(std::string_view line) {
  return line.empty() || line == "#" || line.starts_with("# ");
}

/// Calls `found` with each line that should begin with a key, and its number.
template <class Found>
void for_each_key_line(const std::string& text, Found found) {
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (!is_passed_over(line)) found(std::string_view(line).substr(0, line.find(' ')), number);
  }
}

/// The one key of a file's text.
std::optional<Key> only_key_in(const std::string& text) {
  std::optional<Key> key;
  int lines = 0;
  for_each_key_line(text, [&](std::string_view word, int) {
    key = to_key(word);
    ++lines;
  });
  return lines == 1 ? key : std::nullopt;
}

void add_keys_of_file(const fs::path& path, PublicKeys& into) {
  const auto text = text_of(path);
  if (!text || text->starts_with(secret_mark)) {
    into.faults.push_back(path.string() + (text ? " holds a secret key; only public ones belong "
                                                  "here"
                                                : " cannot be read"));
    return;
  }
  for_each_key_line(*text, [&](std::string_view word, int number) {
    if (const auto key = to_key(word))
      into.keys.push_back(*key);
    else
      into.faults.push_back(path.string() + ":" + std::to_string(number) +
                            " is no public key: 64 hexadecimal digits, or 40 characters of Z85");
  });
}

/// A new file; false, and errno, if it cannot be made. `path` is not followed if it is a link.
bool write_new(const fs::path& path, mode_t mode, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return false;
  const auto written = write(file, text.data(), text.size());
  const bool closed = close(file) == 0;
  if (closed && written == static_cast<ssize_t>(text.size())) return true;
  unlink(path.c_str());
  return false;
}

[[noreturn]] void cannot_write(const fs::path& path) {
  const std::string cause = std::strerror(errno);
  throw Error(ErrorCode::invalid_argument,
              "cannot write the key " + path.string() + " (" + cause +
                  "); choose a path in a folder that is there, where no such file is yet");
}

}  // namespace

Key secret_key_of(const fs::path& path) {
  struct stat status{};
  const bool is_there = stat(path.c_str(), &status) == 0;
  const int cause = errno;
  if (!is_there && to_key(path.string()))
    refuse(
        "key names a file, and a secret key itself stands there; put it into a file, and make a "
        "new one if others may have seen this");
  if (!is_there)
    refuse("the secret key " + path.string() + " cannot be read (" + std::strerror(cause) +
           "); make one with: tubes keys new PATH");
  const auto text = text_of(path);
  if (!text)
    refuse("the secret key " + path.string() + " cannot be read; is it a file of this user?");
  if (text->starts_with(public_mark))
    refuse(path.string() + " holds a public key; name the file without .pub");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    refuse("the secret key " + path.string() +
           " can be read or written by others than its owner; mend that with: chmod 600 " +
           path.string() + ", and make a new key if someone may have read it");
  const auto key = only_key_in(*text);
  if (!key)
    refuse(path.string() +
           " holds no secret key: one line of 64 hexadecimal digits, or of 40 characters of Z85; "
           "make one with: tubes keys new PATH");
  return *key;
}

Key public_key_of(const std::string& text) {
  if (const auto key = from_hexadecimal(text)) return *key;
  const auto file = text_of(text);
  if (!file && to_key(text))
    refuse(
        "a public key of 40 characters is read from a file alone, for it may look like a path; "
        "write it into one");
  if (!file)
    refuse("the public key " + text +
           " is neither 64 hexadecimal digits nor a file that can be read");
  if (file->starts_with(secret_mark)) refuse(text + " holds a secret key; name the file with .pub");
  const auto key = only_key_in(*file);
  if (!key)
    refuse(text +
           " holds no public key: one line of 64 hexadecimal digits, or of 40 characters of Z85");
  return *key;
}

PublicKeys public_keys_of(const fs::path& path) {
  PublicKeys found;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    add_keys_of_file(path, found);
    return found;
  }
  for (fs::directory_iterator file(path, error), end; !error && file != end; file.increment(error))
    if (file->path().extension() == ".pub") add_keys_of_file(file->path(), found);
  if (error) found.faults.push_back(path.string() + " cannot be read (" + error.message() + ")");
  return found;
}

KeyPair write_new_keys(const fs::path& path) {
  const auto pair = new_keys();
  const fs::path shared = path.string() + ".pub";
  const auto text = [](std::string_view mark, const Key& key) {
    return std::string(mark) + "\n" + hexadecimal(key) + "\n";
  };
  if (!write_new(path, S_IRUSR | S_IWUSR, text(secret_mark, pair.secret_key))) cannot_write(path);
  if (!write_new(shared, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH,
                 text(public_mark, pair.public_key))) {
    const int cause = errno;
    unlink(path.c_str());
    errno = cause;
    cannot_write(shared);
  }
  return pair;
}

}  // namespace tubes::zeromq

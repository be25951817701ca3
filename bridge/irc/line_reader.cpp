#include <algorithm>
#include <utility>

#include <tubes/bridge/irc/line_reader.hpp>

namespace tubes::irc {
namespace {
constexpr std::size_t excerpt_bytes = 4096;  // room for secrets that are to be hidden in it
}

std::optional<LineReader::Read> LineReader::next() {
  for (;;) {
    const auto end = buffer_.find_first_of("\r\n");
    if (end == buffer_.npos) return overflowing();
    Read read = finish(end);
    if (read.size > 0) return read;
  }
}

std::optional<LineReader::Read> LineReader::overflowing() {
  if (overlong_ == 0 && buffer_.size() <= limit) return std::nullopt;
  if (overlong_ == 0) excerpt_ = buffer_.substr(0, excerpt_bytes);
  overlong_ += buffer_.size();
  buffer_.clear();
  return std::nullopt;
}

LineReader::Read LineReader::finish(std::size_t end) {
  Read read{buffer_.substr(0, end), overlong_ + end};
  buffer_.erase(0, end + 1);
  if (overlong_ > 0) read.text = std::move(excerpt_);
  if (read.too_long()) read.text.resize(std::min(read.text.size(), excerpt_bytes));
  overlong_ = 0;
  excerpt_.clear();
  return read;
}

}  // namespace tubes::irc

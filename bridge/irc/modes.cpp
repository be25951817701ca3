#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <tubes/bridge/irc/modes.hpp>

namespace tubes::irc {
namespace {

/// Builds one MODE after the other.
class ModeLines {
 public:
  ModeLines(std::string_view channel, std::size_t at_once) : channel_(channel), at_once_(at_once) {}

  void add(char sign, char mode, const std::string* parameter) {
    if (lines_.empty() || (parameter != nullptr && parameters() == at_once_)) {
      lines_.push_back(Line{"", "", "MODE", {std::string{channel_}, ""}});
      sign_ = '\0';
    }
    auto& params = lines_.back().params;
    if (std::exchange(sign_, sign) != sign) params[1] += sign;
    params[1] += mode;
    if (parameter != nullptr) params.push_back(*parameter);
  }

  std::vector<Line> take() { return std::move(lines_); }

 private:
  std::size_t parameters() const { return lines_.back().params.size() - 2; }

  std::string_view channel_;
  std::size_t at_once_;
  std::vector<Line> lines_;
  char sign_ = '\0';
};

}  // namespace

std::vector<Line> split_modes(const Line& line, const Isupport& isupport) {
  const bool fits = line.params.size() < 3 || line.params.size() - 2 <= isupport.modes_at_once;
  if (line.command != "MODE" || fits || !isupport.is_channel(line.param(0))) return {line};
  ModeLines lines{line.param(0), isupport.modes_at_once};
  auto next = line.params.begin() + 2;
  char sign = '+';
  for (const char mode : line.param(1)) {
    if (mode == '+' || mode == '-') {
      sign = mode;
      continue;
    }
    const bool takes = isupport.takes_parameter(mode, sign == '+') && next != line.params.end();
    lines.add(sign, mode, takes ? &*next++ : nullptr);
  }
  // What is left over belongs to no mode that we know of: the server is to say so.
  return next == line.params.end() ? lines.take() : std::vector<Line>{line};
}

}  // namespace tubes::irc

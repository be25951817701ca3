#include <chrono>

#include <tubes/bridge/irc/stamp.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

constexpr std::string_view time_form = "0000-00-00T00:00:00.000Z";  // '0' stands for any digit

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

bool has_time_form(std::string_view text) {
  if (text.size() != time_form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (time_form[i] == '0' ? !is_decimal(text[i]) : text[i] != time_form[i]) return false;
  }
  return true;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::chrono::year_month_day day_of(std::string_view date) {
  return {std::chrono::year{number(date.substr(0, 4))},
          std::chrono::month{static_cast<unsigned>(number(date.substr(5, 2)))},
          std::chrono::day{static_cast<unsigned>(number(date.substr(8, 2)))}};
}

bool is_time_of_day(std::string_view time) {
  const int hour = number(time.substr(0, 2)), minute = number(time.substr(3, 2));
  const int second = number(time.substr(6, 2));
  return hour < 24 && minute < 60 && (second < 60 || (hour == 23 && minute == 59 && second == 60));
}

}  // namespace

bool is_server_time(std::string_view text) noexcept {
  return has_time_form(text) && day_of(text.substr(0, 10)).ok() && is_time_of_day(text.substr(11));
}

std::string server_time(const Line& line) {
  auto time = line.tag("time").value_or("");
  return is_server_time(time) ? time : std::string{};
}

std::optional<std::chrono::sys_time<std::chrono::milliseconds>> server_moment(const Line& line) {
  const auto text = server_time(line);
  if (text.empty()) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) {
    return number(std::string_view{text}.substr(at, size));
  };
  return std::chrono::sys_days{day_of(text)} + std::chrono::hours{part(11, 2)} +
         std::chrono::minutes{part(14, 2)} + std::chrono::seconds{part(17, 2)} +
         std::chrono::milliseconds{part(20, 3)};
}

std::string message_id(const Line& line) {
  const auto id = line.tag("msgid").value_or("");
  return id.size() <= longest_message_id ? to_utf8(id) : std::string{};
}

}  // namespace tubes::irc

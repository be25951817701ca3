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

bool is_day(std::string_view date) {
  using namespace std::chrono;
  return year_month_day{year{number(date.substr(0, 4))},
                        month{static_cast<unsigned>(number(date.substr(5, 2)))},
                        day{static_cast<unsigned>(number(date.substr(8, 2)))}}
      .ok();
}

bool is_time_of_day(std::string_view time) {
  const int hour = number(time.substr(0, 2)), minute = number(time.substr(3, 2));
  const int second = number(time.substr(6, 2));
  return hour < 24 && minute < 60 && (second < 60 || (hour == 23 && minute == 59 && second == 60));
}

}  // namespace

bool is_server_time(std::string_view text) noexcept {
  return has_time_form(text) && is_day(text.substr(0, 10)) && is_time_of_day(text.substr(11));
}

std::string server_time(const Line& line) {
  auto time = line.tag("time").value_or("");
  return is_server_time(time) ? time : std::string{};
}

std::string message_id(const Line& line) {
  const auto id = line.tag("msgid").value_or("");
  return id.size() <= longest_message_id ? to_utf8(id) : std::string{};
}

}  // namespace tubes::irc

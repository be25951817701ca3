#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <variant>

#include <tubes/proto/json/fields.hpp>
#include <tubes/proto/json/members.hpp>
#include <tubes/proto/text/fail.hpp>
#include <tubes/proto/types.hpp>

namespace tubes::json {
namespace {

template <class T>
constexpr std::size_t field_count = std::tuple_size_v<decltype(T::fields)>;

template <class T>
using Values = std::array<std::string_view, field_count<T>>;

/// Finds the value of each field of T; what is no field goes to `unknown`. The last one wins.
template <class T>
Values<T> find_fields(std::string_view data, std::string& unknown) {
  Values<T> values;
  Walker walker(data);
  while (const auto item = walker.next()) {
    std::size_t index = 0;
    bool known = false;
    for_each_field<T>([&](const auto& field) {
      if (!known && key_is(item->key, field.name)) {
        values[index] = item->value;
        known = true;
      }
      ++index;
    });
    if (!known) append_member(unknown, *item);
  }
  return values;
}

/// What is wrong with a field ("is missing"), or "".
template <class F, class Member>
std::string read_field(const F& field, std::string_view value, Member& member) {
  if (!value.empty()) return read(value, member);
  return field.presence == Presence::required ? "is missing" : "";
}

template <class T>
bool read_fields(const Values<T>& values, T& message, std::string& why) {
  std::size_t index = 0;
  for_each_field<T>([&](const auto& field) {
    const std::string_view value = values[index++];
    if (!why.empty()) return;
    const std::string wrong = read_field(field, value, message.*field.member);
    if (wrong.empty()) return;
    why = "data." + std::string(field.name) + " of " + with_article(T::type) + " " + wrong;
  });
  return why.empty();
}

template <Described T>
bool read_data(const Members& members, T& message, Extras& extras, std::string& why) {
  constexpr bool is_raw = std::is_same_v<T, out::Raw>;
  std::string_view data = members.data;
  if (is_raw && data.empty() && members.command) data = "{}";
  if (data.empty()) return fail(why, "data of " + with_article(T::type) + " is missing");
  if (kind_of(data) != Kind::object) {
    return fail(why, "data of " + with_article(T::type) + " must be an object, got " +
                         std::string(name(kind_of(data))));
  }
  Values<T> values = find_fields<T>(data, extras.data);
  if (members.command && is_raw && values[0].empty()) values[0] = members.command->value;
  if (members.command && !is_raw) append_member(extras.top, *members.command);
  return read_fields<T>(values, message, why);
}

bool read_data(const Members& members, UnknownType& message, Extras& extras, std::string&) {
  message.data = members.data;
  if (members.command) append_member(extras.top, *members.command);
  return true;
}

bool read_data(const Members&, WebIn&, Extras&, std::string&) {
  return false;
}

}  // namespace

bool read_message(const Members& members, Message& message, Extras& extras, std::string& why) {
  return std::visit([&](auto& typed) { return read_data(members, typed, extras, why); }, message);
}

}  // namespace tubes::json

#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>

namespace tubes {

/// Whether a field is part of protocol v1 and always there, or was added by Tubes and is left out
/// of the wire while it is empty.
enum class Presence { required, optional };

/// One field of a message type: its name on the wire (in both formats) and where it lives.
template <class Struct, class Member>
struct Field {
  std::string_view name;
  Member Struct::* member;
  Presence presence = Presence::required;
};

template <class Struct, class Member>
Field(std::string_view, Member Struct::*) -> Field<Struct, Member>;
template <class Struct, class Member>
Field(std::string_view, Member Struct::*, Presence) -> Field<Struct, Member>;

/// Calls `visit(field)` for each field that `Struct` describes.
template <class Struct, class Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, Struct::fields);
}

/// Whether a member has the value that an optional field leaves out.
template <class Member>
bool is_absent(const Member& member) {
  return member == Member{};
}

/// A message type that has a description: its name on the wire and its fields.
template <class T>
concept Described = requires {
  T::type;
  T::fields;
};

template <class... T>
struct TypeList {
  template <class... More>
  TypeList<T..., More...> operator+(TypeList<More...>) const;  // in types only, never called
  using Variant = std::variant<T...>;
};

/// The variant of all types of the lists, in their order.
template <class... List>
using Variant = typename decltype((... + List{}))::Variant;

template <class T, class... Listed>
constexpr bool is_listed(TypeList<Listed...>) {
  return (std::is_same_v<T, Listed> || ...);
}

/// Calls `visit(std::type_identity<T>{})` for each type of the list.
template <class... T, class Visit>
constexpr void for_each_type(TypeList<T...>, Visit&& visit) {
  (visit(std::type_identity<T>{}), ...);
}

}  // namespace tubes

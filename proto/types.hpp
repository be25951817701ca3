#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <tubes/proto/codec.hpp>

namespace tubes {

/// The topic of a role as protocol v1 calls it: "in".
std::string_view role_name(Role role) noexcept;

/// The role whose topic carries messages of type T; `otherwise` for a type without a description.
template <class T>
constexpr Role role_of(Role otherwise) {
  if (std::is_same_v<T, WebIn>) return Role::web_in;
  if (is_listed<T>(in::Types{})) return Role::in;
  if (is_listed<T>(out::Types{})) return Role::out;
  return is_listed<T>(receipts::Types{}) ? Role::receipts : otherwise;
}

/// The same of a message.
Role role_of(const Message& message, Role otherwise) noexcept;

/// An empty message of the type that a topic of this role calls `type`; an UnknownType of that
/// name if there is none.
Message blank(Role role, std::string_view type);

/// "a privmsg", "an invite".
std::string with_article(std::string_view type);

}  // namespace tubes

#include <cstddef>
#include <type_traits>
#include <variant>

#include <tubes/proto/types.hpp>

namespace tubes {
namespace {

template <class... T>
Message blank_of(TypeList<T...> types, std::string_view type) {
  Message message = UnknownType{std::string(type), {}};
  for_each_type(types, [&]<class Candidate>(std::type_identity<Candidate>) {
    if (Candidate::type == type) message = Candidate{};
  });
  return message;
}

struct TypeName {
  template <Described T>
  std::string_view operator()(const T&) const {
    return T::type;
  }
  std::string_view operator()(const WebIn&) const { return "web_in"; }
  std::string_view operator()(const UnknownType& message) const { return message.type; }
};

}  // namespace

std::string_view role_name(Role role) noexcept {
  constexpr std::string_view names[] = {"in", "out", "web_in", "receipts"};
  return names[static_cast<std::size_t>(role)];
}

Role role_of(const Message& message, Role otherwise) noexcept {
  return std::visit([&]<class T>(const T&) { return role_of<T>(otherwise); }, message);
}

Message blank(Role role, std::string_view type) {
  if (role == Role::out) return blank_of(out::Types{}, type);
  return role == Role::receipts ? blank_of(receipts::Types{}, type) : blank_of(in::Types{}, type);
}

std::string with_article(std::string_view type) {
  const bool vowel = std::string_view("aeiou").find(type.substr(0, 1)) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(type);
}

std::string_view type_name(const Message& message) noexcept {
  return std::visit(TypeName{}, message);
}

}  // namespace tubes

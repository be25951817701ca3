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

Message blank(Role role, std::string_view type) {
  return role == Role::out ? blank_of(out::Types{}, type) : blank_of(in::Types{}, type);
}

std::string with_article(std::string_view type) {
  const bool vowel = std::string_view("aeiou").find(type.substr(0, 1)) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(type);
}

std::string_view type_name(const Message& message) noexcept {
  return std::visit(TypeName{}, message);
}

}  // namespace tubes

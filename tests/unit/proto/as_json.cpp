#include "as_json.hpp"

#include <cstdint>
#include <variant>

namespace tubes::test {
namespace {

using nlohmann::json;

json value_of(const std::string& text) {
  return text;
}
json value_of(const std::vector<std::string>& texts) {
  return texts;
}
json value_of(bool flag) {
  return flag;
}
json value_of(std::uint64_t number) {
  return number;
}
json value_of(const in::Nicks& nicks) {
  json object = json::object();
  for (const auto& [nick, prefix] : nicks) object[nick] = prefix;
  return object;
}

struct Data {
  template <Described T>
  json operator()(const T& message) const {
    json data = json::object();
    for_each_field<T>([&](const auto& field) {
      const auto& value = message.*field.member;
      if (field.presence == Presence::optional && is_absent(value)) return;
      data[std::string(field.name)] = value_of(value);
    });
    return data;
  }
  json operator()(const WebIn& message) const {
    return {{"app", message.app}, {"body", json::parse(message.body)}};
  }
  json operator()(const UnknownType& message) const {
    return message.data.empty() ? json() : json::parse(message.data);
  }
};

}  // namespace

nlohmann::json data_of(const Message& message) {
  return std::visit(Data{}, message);
}

}  // namespace tubes::test

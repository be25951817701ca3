#include <algorithm>
#include <fstream>
#include <sstream>

#include <tubes/bus/error.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::config {
namespace {

std::string found(const Json& json) {
  return ", found " + kind_of(json);
}

std::string line_and_column(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, byte > 0 ? byte - 1 : 0);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto newline = before.rfind('\n');
  const auto column = before.size() - (newline == before.npos ? 0 : newline + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

std::string kind_of(const Json& json) {
  const std::string type = json.type_name();
  if (type == "null") return type;
  return (type == "array" || type == "object" ? "an " : "a ") + type;
}

Place Place::at(std::string_view key) const {
  return {file, (path.empty() ? "" : path + ".") + std::string{key}};
}

void Place::refuse(const std::string& why) const {
  throw Error(ErrorCode::invalid_config, file + ": " + (path.empty() ? "" : path + ": ") + why);
}

std::string read_file(const std::string& file) {
  std::ifstream stream(file);
  std::stringstream text;
  if (!stream || !(text << stream.rdbuf()))
    Place{file, ""}.refuse("cannot be read; is it there, and a JSON file?");
  return text.str();
}

Json parse_json(const std::string& file, std::string_view text) {
  try {
    return Json::parse(text, nullptr, true, true);
  } catch (const Json::parse_error& error) {
    Place{file, line_and_column(text, error.byte)}.refuse(
        "this is not valid JSON; look for a comma, quote or bracket that is missing or too much");
  }
}

StrictObject::StrictObject(Place place, const Json& json) : place_(std::move(place)), json_(&json) {
  if (!json.is_object()) place_.refuse("expected an object" + found(json));
}

const Json* StrictObject::find(const char* key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
  const auto member = json_->find(key);
  return member == json_->end() ? nullptr : &*member;
}

std::string StrictObject::required_string(const char* key) {
  auto value = string(key);
  if (!value) missing(key, "a string");
  if (value->empty()) at(key).refuse("expected a string, found an empty one");
  return *value;
}

std::optional<std::string> StrictObject::string(const char* key) {
  const Json* const member = find(key);
  if (member == nullptr) return std::nullopt;
  if (!member->is_string()) at(key).refuse("expected a string" + found(*member));
  return member->get<std::string>();
}

std::optional<bool> StrictObject::boolean(const char* key) {
  const Json* const member = find(key);
  if (member == nullptr) return std::nullopt;
  if (!member->is_boolean()) at(key).refuse("expected true or false" + found(*member));
  return member->get<bool>();
}

std::optional<double> StrictObject::positive(const char* key) {
  const Json* const member = find(key);
  if (member == nullptr) return std::nullopt;
  if (!member->is_number()) at(key).refuse("expected a number" + found(*member));
  const auto value = member->get<double>();
  if (!(value > 0)) at(key).refuse("expected a number over 0, found " + member->dump());
  return value;
}

std::vector<std::string> StrictObject::strings(const char* key) {
  std::vector<std::string> values;
  const Json* const member = find(key);
  if (member == nullptr) return values;
  if (!member->is_array()) at(key).refuse("expected a list of strings" + found(*member));
  for (const auto& item : *member) {
    if (!item.is_string()) {
      at(key).at(std::to_string(values.size())).refuse("expected a string" + found(item));
    }
    values.push_back(item.get<std::string>());
  }
  return values;
}

std::vector<StrictObject> StrictObject::list(const char* key) {
  std::vector<StrictObject> all;
  const Json* const member = find(key);
  if (member == nullptr) return all;
  if (!member->is_array()) at(key).refuse("expected a list of objects" + found(*member));
  for (const auto& item : *member) all.emplace_back(at(key).at(std::to_string(all.size())), item);
  return all;
}

std::optional<StrictObject> StrictObject::object(const char* key) {
  const Json* const member = find(key);
  if (member == nullptr) return std::nullopt;
  return StrictObject{at(key), *member};
}

std::vector<std::pair<std::string, StrictObject>> StrictObject::objects(const char* key) {
  std::vector<std::pair<std::string, StrictObject>> all;
  const Json* const member = find(key);
  if (member == nullptr) return all;
  if (!member->is_object()) at(key).refuse("expected an object" + found(*member));
  for (const auto& [name, value] : member->items()) {
    all.emplace_back(name, StrictObject{at(key).at(name), value});
  }
  return all;
}

void StrictObject::missing(const char* key, const std::string& expected) const {
  std::string list;
  for (const auto& [name, value] : json_->items())
    list.append(list.empty() ? "" : ", ").append(name);
  at(key).refuse("expected " + expected + ", but it is missing; there is " +
                 (list.empty() ? "nothing" : list));
}

std::vector<std::string> StrictObject::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json_->items()) keys.push_back(key);
  return keys;
}

std::vector<std::string> StrictObject::unknown() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json_->items())
    if (std::ranges::find(known_, key) == known_.end()) keys.push_back(key);
  return keys;
}

void StrictObject::finish() const {
  std::string list;
  for (const auto& key : known_) list.append(list.empty() ? "" : ", ").append(key);
  for (const auto& key : unknown()) at(key).refuse("unknown key; known here are " + list);
}

}  // namespace tubes::config

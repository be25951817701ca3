#include <cstdlib>
#include <fstream>

#include <tubes/config/secret.hpp>

namespace tubes::config {
namespace {

std::string from_environment(const Place& place, const std::string& variable) {
  const char* const value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') {
    place.refuse("the environment variable " + variable + " is not set; export it, or remove this");
  }
  return value;
}

std::string from_file(const Place& place, const std::string& key, const std::string& name) {
  std::ifstream file(name);
  std::string line;
  if (!std::getline(file, line) || line.empty()) {
    place.refuse("cannot read a " + key + " from the first line of " + name);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

std::string read_secret(StrictObject& object, const std::string& key) {
  const auto of_env = key + "_env", of_file = key + "_file";
  const auto literal = object.string(key.c_str());
  const auto variable = object.string(of_env.c_str());
  const auto file = object.string(of_file.c_str());
  if (literal.has_value() + variable.has_value() + file.has_value() > 1) {
    object.place().refuse("expected one of " + key + ", " + of_env + " and " + of_file +
                          ", found more");
  }
  if (variable) return from_environment(object.at(of_env), *variable);
  if (file) return from_file(object.at(of_file), key, *file);
  return literal.value_or("");
}

}  // namespace tubes::config

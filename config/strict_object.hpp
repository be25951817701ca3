#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <tubes/bus/error.hpp>

namespace tubes::config {

using Json = nlohmann::ordered_json;

/// "a number", "an array", "null": what stands there, for errors, without showing it.
std::string kind_of(const Json& json);

/// Where in a configuration something stands, for errors: "bridge.json: networks.libera.nick".
struct Place {
  std::string file, path;

  Place at(std::string_view key) const;
  /// Throws Error{invalid_config} that starts with this place.
  [[noreturn]] void refuse(const std::string& why) const;
};

/// Gives an error about a value the place where the value stands.
template <class Read>
auto placed(const Place& place, Read&& read) {
  try {
    return read();
  } catch (const Error& error) {
    place.refuse(error.what());
  }
}

/// The text of a file. Throws Error{invalid_config}.
std::string read_file(const std::string& file);

/// Reads the JSON of a file, comments allowed. Throws Error{invalid_config} with line and column;
/// never with the text, which may hold a password.
Json parse_json(const std::string& file, std::string_view text);

/// A JSON object that is read key by key. A key of another type, one that is missing, and (at
/// finish()) one that nobody asked for are Error{invalid_config}. Values are not shown.
class StrictObject {
 public:
  StrictObject(Place place, const Json& json);

  const Place& place() const noexcept { return place_; }
  Place at(std::string_view key) const { return place_.at(key); }

  /// One that is not empty.
  std::string required_string(const char* key);
  std::optional<std::string> string(const char* key);
  std::optional<bool> boolean(const char* key);
  /// Whether the key is there, with whatever value.
  bool has(const char* key) { return find(key) != nullptr; }
  /// Greater than zero.
  std::optional<double> positive(const char* key);
  std::vector<std::string> strings(const char* key);
  /// A list of objects.
  std::vector<StrictObject> list(const char* key);
  /// The value as it is; null if it is not there.
  const Json* value(const char* key) { return find(key); }
  std::optional<StrictObject> object(const char* key);
  /// Its members, each an object, in the file's order.
  std::vector<std::pair<std::string, StrictObject>> objects(const char* key);

  /// Refuses that the key is not there, and lists what is: one of them may be misspelled.
  [[noreturn]] void missing(const char* key, const std::string& expected) const;

  /// All its keys, in the file's order.
  std::vector<std::string> keys() const;
  /// The keys that nobody asked for.
  std::vector<std::string> unknown() const;
  /// Refuses every key that was not asked for, and lists those that were.
  void finish() const;

 private:
  const Json* find(const char* key);

  Place place_;
  const Json* json_;
  std::vector<std::string> known_;
};

}  // namespace tubes::config

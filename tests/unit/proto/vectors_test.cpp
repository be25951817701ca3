#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/proto/types.hpp>

#include "as_json.hpp"
#include "files.hpp"
#include "hex.hpp"

using nlohmann::json;
using namespace tubes;

namespace {

struct Vector {
  std::string name;
  json expect;
  WireFormat format;
  std::string payload;

  Role role() const {
    for (const Role role : {Role::in, Role::out, Role::web_in, Role::receipts})
      if (expect.at("role") == role_name(role)) return role;
    throw std::invalid_argument("no such role");
  }
};

std::vector<Vector> all_vectors() {
  constexpr std::string_view ending = ".expect.json";
  std::vector<Vector> vectors;
  for (const auto& entry : std::filesystem::directory_iterator(test::source("proto/vectors"))) {
    const std::string file = entry.path().string();
    if (!file.ends_with(ending)) continue;
    const std::string stem = file.substr(0, file.size() - ending.size());
    const std::string name = std::filesystem::path(stem).filename();
    const json expect = json::parse(test::read(file));
    if (std::filesystem::exists(stem + ".json")) {
      vectors.push_back({name, expect, WireFormat::json, test::read(stem + ".json")});
    }
    if (std::filesystem::exists(stem + ".pb.hex")) {
      const std::string bytes = test::from_hex(test::read(stem + ".pb.hex"));
      vectors.push_back({name, expect, WireFormat::protobuf, bytes});
    }
  }
  REQUIRE(vectors.size() > 100);
  return vectors;
}

/// Whether the type was not known yet when the vector was made, and is by now.
bool is_known_by_now(const Vector& vector, const Message& message) {
  return vector.expect.value("unknown_type", false) &&
         !std::holds_alternative<UnknownType>(message);
}

/// What the vector says is in `data`: known to this version or not.
json all_data(const Envelope& envelope) {
  json data = test::data_of(envelope.message);
  if (!envelope.unknown.json.empty())
    data.update(json::parse(envelope.unknown.json).value("data", json::object()));
  return data;
}

/// Calls `check` with the decoded envelope of each vector that is a message.
template <class Check>
void for_each_message(Check&& check) {
  for (const Vector& vector : all_vectors()) {
    if (vector.expect.contains("error")) continue;
    CAPTURE(vector.name);
    const Decoded decoded = decode(vector.role(), vector.payload);
    CHECK(decoded.why == "");
    REQUIRE(decoded.envelope);
    check(vector, decoded);
  }
}

}  // namespace

TEST_CASE("a golden vector has the type, data and meta that are expected of it") {
  for_each_message([](const Vector& vector, const Decoded& decoded) {
    const Envelope& envelope = *decoded.envelope;
    CHECK(decoded.format == vector.format);
    CHECK(type_name(envelope.message) == vector.expect.at("type").get<std::string>());
    if (is_known_by_now(vector, envelope.message)) {
      CHECK(all_data(envelope) == vector.expect.at("data"));
    } else {
      CHECK(test::data_of(envelope.message) == vector.expect.value("data", json()));
      CHECK(std::holds_alternative<UnknownType>(envelope.message) ==
            vector.expect.value("unknown_type", false));
    }
    const json meta = vector.expect.value("meta", json::object());
    CHECK(envelope.meta.publisher == meta.value("publisher", ""));
    CHECK(envelope.meta.sequence == meta.value("sequence", std::uint64_t{0}));
  });
}

TEST_CASE("a golden vector keeps what is not known") {
  for_each_message([](const Vector& vector, const Decoded& decoded) {
    if (is_known_by_now(vector, decoded.envelope->message)) return;
    const UnknownFields& unknown = decoded.envelope->unknown;
    CHECK((unknown.json.empty() ? json() : json::parse(unknown.json)) ==
          vector.expect.value("unknown", json()));
    CHECK(test::to_hex(unknown.protobuf) == vector.expect.value("unknown_protobuf", ""));
  });
}

TEST_CASE("a golden vector is encoded byte for byte") {
  for_each_message([](const Vector& vector, const Decoded& decoded) {
    if (is_known_by_now(vector, decoded.envelope->message)) return;
    const std::string again = encode(*decoded.envelope, vector.format);
    CHECK((again == vector.payload) == vector.expect.at("encodes_back").get<bool>());
  });
}

TEST_CASE("a golden vector means the same after it went through the other format") {
  for_each_message([](const Vector& vector, const Decoded& decoded) {
    const bool is_json = decoded.format == WireFormat::json;
    const WireFormat other = is_json ? WireFormat::protobuf : WireFormat::json;
    const Decoded relayed = decode(vector.role(), encode(*decoded.envelope, other));
    REQUIRE(relayed.envelope);
    CHECK(*relayed.envelope == *decoded.envelope);
  });
}

TEST_CASE("a malformed golden vector is refused for the reason that is expected") {
  int seen = 0;
  for (const Vector& vector : all_vectors()) {
    if (!vector.expect.contains("error")) continue;
    CAPTURE(vector.name);
    ++seen;
    const Decoded decoded = decode(vector.role(), vector.payload);
    CHECK_FALSE(decoded.envelope);
    CHECK_MESSAGE(decoded.why.starts_with(vector.expect.at("error").get<std::string>()),
                  decoded.why);
  }
  CHECK(seen > 30);
}

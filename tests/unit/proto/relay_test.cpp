#include <string>

#include <doctest/doctest.h>

#include <tubes/proto/codec.hpp>

#include "hex.hpp"

using namespace tubes;

namespace {

/// What a relay that reads `payload` and writes `format` sends on.
std::string relay(const std::string& payload, WireFormat format) {
  const Decoded decoded = decode(Role::in, payload);
  REQUIRE_MESSAGE(decoded.envelope, decoded.why);
  return encode(*decoded.envelope, format);
}

const std::string odd_json =
    R"({"version":1,"type":"join","data":{"sender":"a","channel":"#b","n":1.50,"o":{"k": [ 1e999 ]}},)"
    R"("meta":{"publisher":"p","sequence":1,"m":"\u0041"},"t":123456789012345678901234567890})";

// version 1, meta and in_join with unknown fields in each, an unknown field of the envelope
const std::string odd_protobuf = test::from_hex(
    "0801"
    "1206"
    "0a0170e00301"
    "420a"
    "0a016112022362980301"
    "a23f0131");

}  // namespace

TEST_CASE("a JSON relay leaves unknown fields as they were written") {
  CHECK(relay(odd_json, WireFormat::json) == odd_json);
}

TEST_CASE("unknown JSON fields come back from a protobuf relay") {
  CHECK(relay(relay(odd_json, WireFormat::protobuf), WireFormat::json) == odd_json);
}

TEST_CASE("a protobuf relay leaves unknown fields of envelope, body and meta") {
  CHECK(test::to_hex(relay(odd_protobuf, WireFormat::protobuf)) == test::to_hex(odd_protobuf));
}

TEST_CASE("unknown protobuf fields come back from a JSON relay") {
  const std::string there = relay(odd_protobuf, WireFormat::json);
  CHECK(test::to_hex(relay(there, WireFormat::protobuf)) == test::to_hex(odd_protobuf));
}

TEST_CASE("carried protobuf fields of another type's body are left out by the reader") {
  // in_part { message: "n", 1000: 1 }
  const std::string payload = R"({"version":1,"type":"join","data":{"sender":"a","channel":"#b"},)"
                              R"("meta":{"protobuf":"SgYaAW7APgE="}})";
  const auto decoded = decode(Role::in, payload);
  REQUIRE_MESSAGE(decoded.envelope, decoded.why);
  CHECK(decoded.envelope->unknown == UnknownFields{});
}

TEST_CASE("carried bytes that are no protobuf envelope are refused") {
  const auto decoded =
      decode(Role::in, R"({"version":1,"type":"weather","meta":{"protobuf":"oj6BMQ=="}})");
  CHECK_FALSE(decoded.envelope);
  CHECK(decoded.why.find("meta.protobuf must be the base64 of a protobuf envelope") == 0);
}

TEST_CASE("data of an unknown type that is no JSON is a JSON string for every reader") {
  const Envelope odd{UnknownType{"weather", "{no JSON"}, {}, {}};
  const auto decoded = decode(Role::in, encode(odd, WireFormat::protobuf));
  REQUIRE_MESSAGE(decoded.envelope, decoded.why);
  CHECK(decoded.envelope->message == Message{UnknownType{"weather", R"("{no JSON")"}});
}

TEST_CASE("a sequence without a publisher passes relays of both formats") {
  const std::string nobody =
      R"({"version":1,"type":"weather","data":1,"meta":{"publisher":"","sequence":7}})";
  CHECK(relay(nobody, WireFormat::json) == nobody);
  CHECK(relay(relay(nobody, WireFormat::protobuf), WireFormat::json) == nobody);
}

TEST_CASE("a type that is not known passes relays of both formats") {
  const std::string weather = R"({"version":1,"type":"weather","data":[1.0, {"a":null}],"x":1})";
  CHECK(relay(weather, WireFormat::json) == weather);
  CHECK(relay(relay(weather, WireFormat::protobuf), WireFormat::json) == weather);
}

TEST_CASE("a body of a newer schema passes relays of both formats") {
  const std::string newer = test::from_hex(
      "0801"
      "9a0603616263");
  CHECK(relay(newer, WireFormat::protobuf) == newer);
  CHECK(relay(relay(newer, WireFormat::json), WireFormat::protobuf) == newer);
}

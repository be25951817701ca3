#include <string>

#include <doctest/doctest.h>

#include <tubes/proto/codec.hpp>

#include "hex.hpp"

using namespace tubes;

namespace {

const Envelope hello{
    in::Privmsg{.sender = "alice", .channel = "#tubes", .message = "hello", .network = {}}, {}, {}};

}  // namespace

TEST_CASE("protobuf adds ten bytes to the texts of a privmsg") {
  const std::size_t texts = std::string("alice#tubeshello").size();
  CHECK(encode(hello, WireFormat::protobuf).size() == texts + 10);
}

TEST_CASE("protobuf has U+FFFD for text that is not UTF-8, and meets no complaint") {
  const Envelope envelope{
      in::Quit{.sender = "a\xFF", .message = {}, .network = {}}, {"\xFE", 1}, {}};
  const Decoded decoded = decode(Role::in, encode(envelope, WireFormat::protobuf));
  REQUIRE(decoded.envelope);
  CHECK(std::get<in::Quit>(decoded.envelope->message).sender == "a\uFFFD");
  CHECK(decoded.envelope->meta.publisher == "\uFFFD");
}

TEST_CASE("unknown protobuf fields never override a known one") {
  Envelope evil = hello;
  std::get<in::Privmsg>(evil.message).message = "evil";
  Envelope envelope = hello;
  envelope.unknown.protobuf = encode(evil, WireFormat::protobuf);
  CHECK(encode(envelope, WireFormat::protobuf) == encode(hello, WireFormat::protobuf));
}

TEST_CASE("unknown protobuf fields of another body are left out") {
  Envelope envelope = hello;
  envelope.unknown.protobuf = test::from_hex("42049a060161");  // in_join with an unknown field
  CHECK(encode(envelope, WireFormat::protobuf) == encode(hello, WireFormat::protobuf));
}

TEST_CASE("unknown protobuf fields that cannot be parsed are left out") {
  Envelope envelope = hello;
  envelope.unknown.protobuf = "\x0B";
  CHECK(encode(envelope, WireFormat::json).find("meta") == std::string::npos);
  CHECK(encode(envelope, WireFormat::protobuf) == encode(hello, WireFormat::protobuf));
}

TEST_CASE("unknown groups of any depth exhaust no stack") {
  const std::string groups(1'000'000, '\x0B');  // each byte opens a group inside the last
  const Decoded decoded = decode(Role::in, "\x08\x01" + groups);
  CHECK_FALSE(decoded.envelope);
  CHECK(decoded.why.starts_with("neither a JSON object nor a protobuf envelope"));
}

TEST_CASE("a type that the sender did not know is read by one who does") {
  const Envelope from_older{
      UnknownType{"join", R"({"sender":"a","channel":"#b","x":1})"}, {"p", 7}, {R"({"y":2})", {}}};
  const Decoded decoded = decode(Role::in, encode(from_older, WireFormat::protobuf));
  REQUIRE(decoded.envelope);
  CHECK(decoded.envelope->message ==
        Message(in::Join{.sender = "a", .channel = "#b", .network = {}}));
  CHECK(decoded.envelope->meta == Meta{"p", 7});
  CHECK(decoded.envelope->unknown.json == R"({"data":{"x":1},"y":2})");
}

#include <string>

#include <doctest/doctest.h>

#include <tubes/proto/codec.hpp>
#include <tubes/proto/text/utf8.hpp>

using namespace tubes;

namespace {

const Envelope join{in::Join{.sender = "alice", .channel = "#tubes", .network = {}}, {}, {}};
const std::string bom = "\xEF\xBB\xBF";

}  // namespace

TEST_CASE("a brace after a byte order mark and white space is JSON") {
  const Decoded decoded = decode(Role::in, bom + " \t\r\n" + encode(join, WireFormat::json));
  CHECK(decoded.format == WireFormat::json);
  CHECK(decoded.envelope == join);
}

TEST_CASE("what does not start like a JSON object is read as protobuf") {
  const Decoded decoded = decode(Role::in, encode(join, WireFormat::protobuf));
  CHECK(decoded.format == WireFormat::protobuf);
  CHECK(decoded.envelope == join);
}

TEST_CASE("a payload that is neither format is refused with a reason and its text") {
  const std::string reason = "neither a JSON object nor a protobuf envelope with its version set: ";
  CHECK(decode(Role::in, "hello").why == reason + "hello");
  CHECK(decode(Role::in, "[1]").why == reason + "[1]");
  CHECK(decode(Role::in, " \n").why == reason + " .");
  CHECK(decode(Role::in, std::string("\0", 1)).why == reason + ".");
  CHECK(decode(Role::in, "").why == "the payload is empty");
  CHECK(decode(Role::in, bom).why == reason + "\uFEFF");
}

TEST_CASE("the reason for a refusal holds no more than the start of the payload") {
  const std::string payload =
      R"({"version":1,"type":"privmsg","data":{"sender":"a","channel":"#b","message":7}})";
  CHECK(decode(Role::in, payload).why ==
        "data.message of a privmsg must be a string, got number: " + payload);
  const Decoded longer = decode(Role::in, payload + std::string(1'000'000, ' '));
  CHECK(longer.why.size() < 200);
  CHECK(longer.why.ends_with("…"));
}

TEST_CASE("a reason that names a value holds no more than its start, and is UTF-8") {
  std::string long_text;
  for (int n = 0; n < 1'000; ++n) long_text += "é";
  for (const std::string& payload :
       {R"({"version":"x)" + long_text + "\"}",
        R"({"version":1,"type":"quit","data":{"sender":"a"},"meta":{"sequence":)" +
            std::string(1'000, '9') + "}}"}) {
    const Decoded decoded = decode(Role::in, payload);
    CHECK_FALSE(decoded.envelope);
    CHECK(decoded.why.size() < 400);
    CHECK(utf8::is_valid(decoded.why));
  }
}

TEST_CASE("any prefix and any changed byte of a payload is accepted or refused with a reason") {
  for (const WireFormat format : {WireFormat::json, WireFormat::protobuf}) {
    const std::string payload = encode(join, format);
    for (std::size_t at = 0; at < payload.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string changed = payload;
        changed[at] = static_cast<char>(byte);
        const Decoded decoded = decode(Role::in, changed);
        REQUIRE(decoded.envelope.has_value() == decoded.why.empty());
      }
      const Decoded cut = decode(Role::in, payload.substr(0, at));
      REQUIRE_FALSE(cut.envelope);
      REQUIRE_FALSE(cut.why.empty());
    }
  }
}

TEST_CASE("the type privmsg means another message on another topic") {
  const std::string payload =
      R"({"version":1,"type":"privmsg","data":{"sender":"a","channel":"#b","message":"c","to":"d"}})";
  const Decoded in = decode(Role::in, payload);
  const Decoded out = decode(Role::out, payload);
  REQUIRE(in.envelope);
  REQUIRE(out.envelope);
  CHECK(std::holds_alternative<in::Privmsg>(in.envelope->message));
  CHECK(std::holds_alternative<out::Privmsg>(out.envelope->message));
}

TEST_CASE("a type is named as on the wire") {
  CHECK(type_name(in::Action{}) == "privmsg_action");
  CHECK(type_name(WebIn{}) == "web_in");
  CHECK(type_name(UnknownType{"away", ""}) == "away");
}

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <tubes/proto/codec.hpp>

using namespace tubes;

namespace {

std::string to_json(Message message) {
  return encode({std::move(message), {}, {}}, WireFormat::json);
}

in::Privmsg said(std::string message) {
  return {.sender = "a", .channel = "#b", .message = std::move(message), .network = {}};
}

}  // namespace

TEST_CASE("JSON without a publisher has no meta") {
  CHECK(to_json(said("hi")) ==
        R"({"version":1,"type":"privmsg","data":{"sender":"a","channel":"#b","message":"hi"}})");
}

TEST_CASE("JSON has U+FFFD for each maximal part of a text that is not UTF-8") {
  CHECK(to_json(said("a\xF0\x9F\x9A"
                     "b\xFF\xFF"))
            .find("a\uFFFDb\uFFFD\uFFFD") != std::string::npos);
}

TEST_CASE("JSON of any bytes is JSON") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const auto tree = nlohmann::json::parse(to_json(said(all)));
  CHECK(tree["data"]["message"].get<std::string>().substr(0, 128) == all.substr(0, 128));
}

TEST_CASE("the body of a web hook is written as the JSON that it is") {
  CHECK(to_json(WebIn{"x", R"( {"a": [1.0]} )"}) == R"({"app":"x","body":{"a": [1.0]}})");
}

TEST_CASE("the body of a web hook that is not JSON is written as text") {
  CHECK(to_json(WebIn{"x", "a=b"}) == R"({"app":"x","body":"a=b"})");
  CHECK(to_json(WebIn{"x", ""}) == R"({"app":"x","body":""})");
  CHECK(to_json(WebIn{"x", "{} {}"}) == R"({"app":"x","body":"{} {}"})");
  CHECK(to_json(WebIn{"x", "\"\xFF\""}) == "{\"app\":\"x\",\"body\":\"\\\"\uFFFD\\\"\"}");
}

TEST_CASE("a web hook is JSON also where protobuf is configured") {
  const Envelope envelope{WebIn{"x", "1"}, {}, {}};
  CHECK(encode(envelope, WireFormat::protobuf) == R"({"app":"x","body":1})");
}

TEST_CASE("a nick that is there twice is written once, with its last prefix") {
  const in::Names names{
      .channel = "#b", .nicks = {{"x", ""}, {"y", "+"}, {"x", "@"}}, .network = {}};
  CHECK(to_json(names) ==
        R"({"version":1,"type":"names","data":{"channel":"#b","nicks":{"x":"@","y":"+"}}})");
}

TEST_CASE("unknown fields never override a known one") {
  Envelope envelope{said("hi"), {"p", 1}, {}};
  envelope.unknown.json =
      R"({"data":{"m\u0065ssage":"evil","x":1},"meta":{"sequence":9},"type":"evil","version":2})";
  CHECK(
      encode(envelope, WireFormat::json) ==
      R"({"version":1,"type":"privmsg","data":{"sender":"a","channel":"#b","message":"hi","x":1},)"
      R"("meta":{"publisher":"p","sequence":1}})");
}

TEST_CASE("unknown fields that are not a JSON object are left out") {
  Envelope envelope{said("hi"), {}, {}};
  for (const char* text : {"[1]", "{", "1", "\"x\"", "{\"a\":1}}"}) {
    envelope.unknown.json = text;
    CHECK(encode(envelope, WireFormat::json) == to_json(said("hi")));
  }
}

TEST_CASE("JSON nests 64 deep and no deeper") {
  const auto nested = [](int depth) {
    const auto count = static_cast<std::size_t>(depth - 1);
    return R"({"app":"x","body":)" + std::string(count, '[') + std::string(count, ']') + "}";
  };
  const Decoded deepest = decode(Role::web_in, nested(64));
  REQUIRE(deepest.envelope);
  CHECK(encode(*deepest.envelope, WireFormat::json) == nested(64));
  CHECK(decode(Role::web_in, nested(65)).why.starts_with("not JSON: it is nested too deep"));
  CHECK(decode(Role::web_in, nested(1'000'000)).why.starts_with("not JSON: it is nested too deep"));
}

TEST_CASE("a raw command at the top is no unknown field") {
  const Decoded decoded =
      decode(Role::out, R"({"version":1,"type":"raw","command":"A","data":{"command":"B"}})");
  REQUIRE(decoded.envelope);
  CHECK(decoded.envelope->unknown.json == "");
  CHECK(encode(*decoded.envelope, WireFormat::json) ==
        R"({"version":1,"type":"raw","data":{"command":"B"}})");
}

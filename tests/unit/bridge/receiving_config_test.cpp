#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/config.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::bridge {
namespace {

/// A network with this member more.
Config with(const std::string& member) {
  return parse_config("bridge.json", R"({"bus": "memory://x", "networks": {"net": {)"
                                     R"("server": "ircs://h", "nick": "bot")" +
                                         (member.empty() ? "" : ", " + member) + "}}}");
}

irc::SessionOptions session_with(const std::string& member) {
  return with(member).networks.at(0).session;
}

std::string refusal_of(const std::string& member) {
  try {
    with(member);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::invalid_config);
    return error.what();
  }
  return "nothing was refused";
}

TEST_CASE("CTCP answers VERSION and PING unless told otherwise, and TIME only if told so") {
  const auto usual = session_with("").ctcp;
  CHECK(usual.version.starts_with("Tubes "));
  CHECK(usual.ping);
  const bool tells_time = usual.clock != nullptr;
  CHECK_FALSE(tells_time);
  CHECK(session_with(R"("ctcp": {})").ctcp.version == usual.version);
  CHECK(session_with(R"("ctcp": {"VERSION": true})").ctcp.version == usual.version);
  const auto own = session_with(R"("ctcp": {"VERSION": "mine", "PING": false, "TIME": true})").ctcp;
  CHECK(own.version == "mine");
  CHECK_FALSE(own.ping);
  const bool own_time = own.clock != nullptr;
  REQUIRE(own_time);
  CHECK(own.clock() > 1'333'274'400);
  CHECK(session_with(R"("ctcp": {"VERSION": false})").ctcp.version.empty());
}

TEST_CASE("an answer to CTCP that is none is refused with its place") {
  CHECK(refusal_of(R"("ctcp": {"VERSION": "a\nb"})")
            .starts_with("bridge.json: networks.net.ctcp.VERSION: expected a text of at most 200"));
  CHECK(refusal_of(R"("ctcp": {"VERSION": 3})") ==
        "bridge.json: networks.net.ctcp.VERSION: expected true, false or a string, found a number");
  CHECK(refusal_of(R"("ctcp": {"FINGER": true})")
            .starts_with("bridge.json: networks.net.ctcp.FINGER: unknown key"));
}

TEST_CASE("formatting is taken out everywhere, or in the channels that are listed") {
  CHECK_FALSE(session_with("").strip_formatting.everywhere);
  CHECK(session_with(R"("strip_formatting": true)").strip_formatting.everywhere);
  const auto some = session_with(R"("strip_formatting": ["#a", "#b"])").strip_formatting;
  CHECK_FALSE(some.everywhere);
  CHECK(some.channels == std::vector<std::string>{"#a", "#b"});
  CHECK(refusal_of(R"("strip_formatting": ["#a", "b"])")
            .starts_with("bridge.json: networks.net.strip_formatting.1: expected a channel"));
  CHECK(refusal_of(R"("strip_formatting": "#a")")
            .starts_with("bridge.json: networks.net.strip_formatting: expected a list"));
}

TEST_CASE("what the bot itself says is published only where that is asked for") {
  CHECK_FALSE(session_with("").self_messages);
  CHECK(session_with(R"("self_messages": true)").self_messages);
  CHECK(
      describe(with(R"("self_messages": true)")).find("\n  publishes what the bot itself says\n") !=
      std::string::npos);
}

TEST_CASE("an encoding that nobody knows is refused with those that are known") {
  CHECK(session_with("").fallback_encoding.name() == "windows-1252");
  CHECK(session_with(R"("fallback_encoding": "ISO-8859-15")").fallback_encoding.name() ==
        "iso-8859-15");
  const auto refusal = refusal_of(R"("fallback_encoding": "utf-16")");
  CHECK(refusal.starts_with("bridge.json: networks.net.fallback_encoding: expected one of "));
  CHECK(refusal.find("iso-8859-15, ") != std::string::npos);
  CHECK(refusal.ends_with("; found \"utf-16\""));
}

TEST_CASE("a reader is told how what is received differs from what is usual") {
  CHECK(describe(with("")).find("CTCP") == std::string::npos);
  CHECK(describe(with(R"("ctcp": {"VERSION": "mine", "TIME": true})"))
            .find("\n  answers to CTCP: VERSION (\"mine\") PING TIME\n") != std::string::npos);
  CHECK(describe(with(R"("strip_formatting": ["#a", "#b"], "fallback_encoding": "koi8-r")"))
            .find("\n  formatting is taken out in #a, #b\n"
                  "  what is not UTF-8 is read as koi8-r\n") != std::string::npos);
  CHECK(describe(with(R"("ctcp": {"VERSION": false, "PING": false})"))
            .find("\n  answers to CTCP: none\n") != std::string::npos);
}

}  // namespace
}  // namespace tubes::bridge

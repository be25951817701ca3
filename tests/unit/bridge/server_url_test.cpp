#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/server_url.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::bridge {
namespace {

using Channels = std::vector<std::string>;

std::string refusal(std::string_view url) {
  try {
    ServerUrl::parse(url);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("ircs is TLS on port 6697, irc is plain on port 6667") {
  const auto secure = ServerUrl::parse("ircs://irc.example.org").endpoint;
  CHECK(secure.tls);
  CHECK(secure.address() == "irc.example.org:6697");
  const auto plain = ServerUrl::parse("irc://irc.example.org").endpoint;
  CHECK_FALSE(plain.tls);
  CHECK(plain.port == 6667);
}

TEST_CASE("a port and an IPv6 address are taken as they are") {
  CHECK(ServerUrl::parse("irc://[::1]:7000").endpoint.address() == "[::1]:7000");
}

TEST_CASE("channels stand in the path, '#' raw or escaped") {
  const Channels expected = {"#a", "##b"};
  CHECK(ServerUrl::parse("ircs://h/#a,##b").channels == expected);
  CHECK(ServerUrl::parse("ircs://h/%23a,%23%23b").channels == expected);
  CHECK(ServerUrl::parse("ircs://h/").channels.empty());
}

TEST_CASE("what is no server URL is refused with what was expected, and without secrets") {
  for (const char* url : {"", "irc.example.org", "http://h", "ircs://", "ircs://h/tubes",
                          "ircs://h:0", "ircs://h?x=y", "ircs://bob:hunter2@h"}) {
    CHECK(refusal(url).find("expected ircs://host[:port]") != std::string::npos);
    CHECK(refusal(url).find("hunter2") == std::string::npos);
  }
}

}  // namespace
}  // namespace tubes::bridge

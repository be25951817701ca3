#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/error.hpp>
#include <tubes/bus/url.hpp>

using tubes::Url;

namespace {

std::string refusal(const std::string& text) {
  try {
    Url::parse(text);
  } catch (const tubes::Error& error) {
    return error.what();
  }
  return "accepted";
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a URL is taken apart") {
  const auto url = Url::parse("redis://bot:s%40cret@example.org:6380/3?prefix=zenircbot:&x=a%20b");
  CHECK(url.scheme == "redis");
  CHECK(url.user == "bot");
  CHECK(url.password == "s@cret");
  CHECK(url.host == "example.org");
  CHECK(url.port == 6380);
  CHECK(url.path == "/3");
  CHECK(url.parameter("prefix") == "zenircbot:");
  CHECK(url.parameter("x") == "a b");
  CHECK(url.parameter("none", "fallback") == "fallback");
}

TEST_CASE("a URL of a socket has a path and no host") {
  const auto url = Url::parse("redis+unix:///run/redis.sock?db=2");
  CHECK(url.host.empty());
  CHECK(url.path == "/run/redis.sock");
}

TEST_CASE("an IPv6 host stands in brackets") {
  const auto url = Url::parse("zmq://[::1]:5550");
  CHECK(url.host == "::1");
  CHECK(url.port == 5550);
  CHECK(url.shown() == "zmq://[::1]:5550");
}

TEST_CASE("what is wrong with a URL is said") {
  CHECK(contains(refusal("localhost:6379"), "expected scheme://"));
  CHECK(contains(refusal("redis://host:0"), "1 to 65535"));
  CHECK(contains(refusal("redis://host:70000"), "1 to 65535"));
  CHECK(contains(refusal("redis://host:x"), "1 to 65535"));
  CHECK(contains(refusal("redis://h/%zz"), "path"));
  CHECK(contains(refusal("redis://h?a=1&a=2"), "twice"));
  CHECK(contains(refusal("redis://[::1"), "']'"));
}

TEST_CASE("a URL is shown without its secrets, and errors hold none") {
  CHECK(Url::parse("redis://bot:hunter2@h:1/0?password_env=X").shown() == "redis://h:1/0");
  CHECK_FALSE(contains(refusal("redis://bot:hunter2%z@h"), "hunter2"));
}

TEST_CASE("an unknown parameter is refused with a list of the known ones") {
  const auto url = Url::parse("redis://h?prefx=a");
  CHECK_NOTHROW(url.require_parameters_among({"prefx"}));
  try {
    url.require_parameters_among({"prefix", "db"});
    FAIL("it was accepted");
  } catch (const tubes::Error& error) {
    CHECK(contains(error.what(), "\"prefx\""));
    CHECK(contains(error.what(), "prefix, db"));
  }
}

TEST_CASE("a password comes from the URL or from an environment variable") {
  CHECK(Url::parse("redis://:pw@h").secret() == "pw");
  setenv("TUBES_TEST_SECRET", "from-env", 1);
  CHECK(Url::parse("redis://h?password_env=TUBES_TEST_SECRET").secret() == "from-env");
  unsetenv("TUBES_TEST_SECRET");
  CHECK_THROWS_AS(Url::parse("redis://h?password_env=TUBES_TEST_SECRET").secret(), tubes::Error);
  CHECK_THROWS_AS(Url::parse("redis://h?password_file=/nonexistent/x").secret(), tubes::Error);
}

TEST_CASE("a password that ends the authority too early is refused, and not shown") {
  for (const char* url : {"redis://user:s3cret/word@h:6379", "redis://:s3cret?x@h",
                          "redis://:1234/s3cret@h?x=1", "redis://:s3cret#x@h", "redis://h:s3cret",
                          "redis://u:p@x/s3cret@h", "redis://u:p@x?s3cret@h"}) {
    const auto text = refusal(url);
    CHECK(contains(text, "invalid bus URL"));
    CHECK_FALSE(contains(text, "s3"));
    CHECK_FALSE(contains(text, "1234"));
  }
}

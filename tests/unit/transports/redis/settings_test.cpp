#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/error.hpp>
#include <tubes/transports/redis/redis.hpp>
#include <tubes/transports/redis/settings.hpp>

using namespace tubes;

namespace {

redis::Settings settings(std::string_view url) {
  return redis::Settings::from(Url::parse(url));
}

std::string refusal(std::string_view url) {
  try {
    settings(url);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::invalid_url);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a URL without more means Redis's own port and database 0") {
  const auto s = settings("redis://example.org");
  CHECK(s.host == "example.org");
  CHECK(s.port == 6379);
  CHECK(s.db == 0);
  CHECK(s.prefix == "tubes:");
  CHECK(s.address() == "redis at example.org:6379");
}

TEST_CASE("a URL names user, password, host, port, database and prefix") {
  const auto s = settings("redis://bot:s%40crt@[::1]:7000/3?prefix=zenircbot:");
  CHECK(s.user == "bot");
  CHECK(s.password == "s@crt");
  CHECK(s.db == 3);
  CHECK(s.prefix == "zenircbot:");
  CHECK(s.address() == "redis at [::1]:7000");
}

TEST_CASE("a unix socket is named by its path") {
  const auto s = settings("redis+unix://:pw@/run/redis.sock?db=2");
  CHECK(s.socket == "/run/redis.sock");
  CHECK(s.password == "pw");
  CHECK(s.db == 2);
  CHECK(s.address() == "redis at /run/redis.sock");
}

TEST_CASE("the password can come from the environment") {
  setenv("TUBES_TEST_PASSWORD", "from outside", 1);
  CHECK(settings("redis://h?password_env=TUBES_TEST_PASSWORD").password == "from outside");
}

TEST_CASE("an unknown parameter is refused with the known ones") {
  const auto text = refusal("redis://h?prefx=a");
  CHECK(text.find("prefx") != std::string::npos);
  CHECK(text.find("db, prefix, password_env, password_file") != std::string::npos);
}

TEST_CASE("a database that is no number is refused") {
  CHECK(refusal("redis://h/one").find("\"one\"") != std::string::npos);
  CHECK(refusal("redis://h?db=-1").find("\"-1\"") != std::string::npos);
  CHECK(refusal("redis://h/1x").find("\"1x\"") != std::string::npos);
  CHECK(refusal("redis+unix:///s?db=").find("\"\"") != std::string::npos);
}

TEST_CASE("a database named twice is refused") {
  CHECK(refusal("redis://h/1?db=2").find("twice") != std::string::npos);
}

TEST_CASE("a unix socket without a path, with a host or with too long a path is refused") {
  CHECK(refusal("redis+unix://").find("three slashes") != std::string::npos);
  CHECK(refusal("redis+unix://run/redis.sock").find("three slashes") != std::string::npos);
  CHECK(refusal("redis+unix:///" + std::string(107, 'x')).find("107 bytes") != std::string::npos);
  CHECK(refusal("redis+unix:///" + std::string(106, 'x')).empty());
}

TEST_CASE("over TLS the host is who must answer, unless a servername is given") {
  CHECK_FALSE(settings("redis://h").tls);
  const auto s = settings("rediss://example.org");
  REQUIRE(s.tls);
  CHECK(s.port == 6379);
  CHECK(s.tls->server_name == "example.org");
  CHECK_FALSE(s.tls->insecure);
  const auto other = settings("rediss://h?servername=x&ca=/ca.pem&cert=/c.pem&key=/k.pem");
  CHECK(other.tls->server_name == "x");
  CHECK(other.tls->ca == "/ca.pem");
  CHECK(other.tls->certificate == "/c.pem");
  CHECK(other.tls->key == "/k.pem");
}

TEST_CASE("nothing is verified only where the URL says insecure=1") {
  CHECK(settings("rediss://h?insecure=1").tls->insecure);
  CHECK(refusal("rediss://h?insecure=0").find("leave it out to verify") != std::string::npos);
  CHECK(refusal("rediss://h?insecure=").find("leave it out to verify") != std::string::npos);
  CHECK(refusal("rediss://h?insecure=1&ca=/ca.pem").find("no meaning") != std::string::npos);
}

TEST_CASE("a client certificate without its key, and the reverse, is refused") {
  CHECK(refusal("rediss://h?cert=/c.pem").find("belong together") != std::string::npos);
  CHECK(refusal("rediss://h?key=/k.pem").find("belong together") != std::string::npos);
  CHECK(refusal("rediss://h?ca=").find("ca= is empty") != std::string::npos);
}

TEST_CASE("parameters of TLS are unknown without it") {
  CHECK(refusal("redis://h?ca=/ca.pem").find("\"ca\"") != std::string::npos);
}

TEST_CASE("no refusal holds the password") {
  for (const auto* url :
       {"redis://u:hushhush@h/x", "redis://u:hushhush@h?nope=1", "redis+unix://u:hushhush@h/x"}) {
    const auto text = refusal(url);
    CHECK_FALSE(text.empty());
    CHECK(text.find("hushhush") == std::string::npos);
  }
}

TEST_CASE("the driver declares retained values, and names its address without secrets") {
  const auto driver = redis::make_driver(Url::parse("redis://u:pw@127.0.0.1:1"), {});
  CHECK(driver->capabilities().retained);
  CHECK(driver->capabilities().retained_survives_restart);
  CHECK_FALSE(driver->capabilities().durable);
  CHECK(driver->address() == "redis at 127.0.0.1:1");
}

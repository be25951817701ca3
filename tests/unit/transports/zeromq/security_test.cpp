#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/error.hpp>
#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/transports/zeromq/key_files.hpp>
#include <tubes/transports/zeromq/security.hpp>

using namespace tubes::zeromq;
using tubes::Error;
using tubes::ErrorCode;
using tubes::Url;
using tubes::test::TempFolder;

namespace {

Url with(const std::string& parameters) {
  return Url::parse("zmq://10.0.0.5:1?" + parameters);
}

template <class Function>
std::string error_of(Function function, const std::string& parameters) try {
  function(with(parameters));
  return "none";
} catch (const Error& error) {
  CHECK(error.code() == ErrorCode::invalid_url);
  return error.what();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::string server(64, '1');

}  // namespace

TEST_CASE("a URL without keys asks for no CURVE") {
  CHECK_FALSE(client_keys(Url::parse("zmq://10.0.0.5")));
  CHECK_FALSE(client_keys(with("insecure=1")));
  CHECK_FALSE(broker_keys(Url::parse("zmq://10.0.0.5")));
}

TEST_CASE("a client has the key of its file, or a new one each time") {
  const TempFolder folder;
  const auto own = write_new_keys(folder.path() / "bot");
  const auto keys =
      client_keys(with("server_key=" + server + "&key=" + folder.path().string() + "/bot"));
  REQUIRE(keys);
  CHECK(hexadecimal(keys->server) == server);
  CHECK(keys->own.public_key == own.public_key);
  CHECK(keys->own.secret_key == own.secret_key);
  const auto once = client_keys(with("server_key=" + server));
  const auto again = client_keys(with("server_key=" + server));
  CHECK(once->own.secret_key != again->own.secret_key);
}

TEST_CASE("a broker's URL opened as a client's connects to that broker with its own key") {
  const TempFolder folder;
  const auto own = write_new_keys(folder.path() / "broker");
  const auto key = "key=" + folder.path().string() + "/broker";
  const auto broker = broker_keys(with(key + "&allow=/etc/keys"));
  REQUIRE(broker);
  CHECK(broker->own.secret_key == own.secret_key);
  CHECK(broker->allow == "/etc/keys");
  CHECK(broker_keys(with(key + "&allow=anyone"))->allow.empty());
  const auto client = client_keys(with(key + "&allow=/etc/keys"));
  REQUIRE(client);
  CHECK(client->server == own.public_key);
  CHECK(client->own.secret_key == own.secret_key);
}

TEST_CASE("parameters that make no sense together are refused with what is missing") {
  const auto client = [](const std::string& text) { return error_of(client_keys, text); };
  const auto broker = [](const std::string& text) { return error_of(broker_keys, text); };
  CHECK(contains(client("key=/x"), "give it with server_key="));
  CHECK(contains(client("server_key=" + server + "&allow=/x&key=/x"), "leave one out"));
  CHECK(contains(client("server_key="), "server_key of zmq://10.0.0.5:1 is empty"));
  CHECK(contains(broker("allow=/x"), "allow needs the broker's own secret key"));
  CHECK(contains(broker("key="), "key of zmq://10.0.0.5:1 is empty"));
  CHECK(contains(broker("key=/x"), "allow=anyone"));
  CHECK(contains(broker("server_key=" + server), "server_key is a client's"));
  CHECK(contains(broker("key=/x&allow=/x&insecure=1"), "exclude each other"));
}

#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/error.hpp>
#include <tubes/transports/zeromq/endpoints.hpp>
#include <tubes/transports/zeromq/zeromq.hpp>

using tubes::Error;
using tubes::ErrorCode;
using tubes::Url;
using tubes::zeromq::endpoints;
using tubes::zeromq::endpoints_to_bind;

namespace {

template <class Function>
std::string error_of(Function function, const std::string& url) try {
  function(Url::parse(url));
  return "none";
} catch (const Error& error) {
  CHECK(error.code() == ErrorCode::invalid_url);
  return error.what();
}

std::string error_of_connecting(const std::string& url) {
  return error_of(endpoints, url);
}

std::string error_of_binding(const std::string& url) {
  return error_of(endpoints_to_bind, url);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("clients publish on the port of the URL and receive on the next") {
  const auto found = endpoints(Url::parse("zmq://10.0.0.5:7000"));
  CHECK(found.publishing == "tcp://10.0.0.5:7000");
  CHECK(found.receiving == "tcp://10.0.0.5:7001");
  CHECK(found.url == "zmq://10.0.0.5:7000");
  CHECK(found.place == "10.0.0.5:7000");
  CHECK_FALSE(found.ipv6);
}

TEST_CASE("the default is port 5550 on loopback") {
  CHECK(endpoints(Url::parse("zmq://")).url == "zmq://127.0.0.1:5550");
  CHECK(endpoints(Url::parse("zmq://bus.example")).receiving == "tcp://bus.example:5551");
}

TEST_CASE("localhost is 127.0.0.1 for clients and brokers alike") {
  CHECK(endpoints(Url::parse("zmq://localhost:1")).publishing == "tcp://127.0.0.1:1");
  CHECK(endpoints_to_bind(Url::parse("zmq://localhost:1")).publishing == "tcp://127.0.0.1:1");
}

TEST_CASE("IPv6 hosts keep their brackets") {
  const auto found = endpoints(Url::parse("zmq://[::1]:7000"));
  CHECK(found.ipv6);
  CHECK(found.receiving == "tcp://[::1]:7001");
  CHECK(found.url == "zmq://[::1]:7000");
  CHECK(found.place == "[::1]:7000");
}

TEST_CASE("a unix socket's path names the two sockets beside it") {
  const auto found = endpoints(Url::parse("zmq+ipc:///run/tubes/bus"));
  CHECK(found.publishing == "ipc:///run/tubes/bus.pub");
  CHECK(found.receiving == "ipc:///run/tubes/bus.sub");
  CHECK(found.url == "zmq+ipc:///run/tubes/bus");
  CHECK(found.place == "/run/tubes/bus");
}

TEST_CASE("a unix socket's path that is relative, missing or too long is refused") {
  CHECK(contains(error_of_connecting("zmq+ipc://run/bus"), "needs an absolute path"));
  CHECK(contains(error_of_connecting("zmq+ipc:///"), "needs an absolute path"));
  CHECK(error_of_connecting("zmq+ipc:///" + std::string(102, 'x')) == "none");
  CHECK(contains(error_of_connecting("zmq+ipc:///" + std::string(103, 'x')), "103 bytes"));
}

TEST_CASE("an unknown parameter is refused with the known ones") {
  CHECK(contains(error_of_connecting("zmq://127.0.0.1:1?hwm=3"),
                 "known are: server_key, key, allow, insecure"));
  CHECK(contains(error_of_binding("zmq://127.0.0.1:1?hwm=3"),
                 "known are: server_key, key, allow, insecure"));
}

TEST_CASE("the last port is refused, for there is no next one") {
  CHECK(contains(error_of_connecting("zmq://127.0.0.1:65535"), "65534"));
  CHECK(error_of_connecting("zmq://127.0.0.1:65534") == "none");
}

TEST_CASE("a path after the port is refused") {
  CHECK(contains(error_of_connecting("zmq://127.0.0.1:1/x"), "takes no path"));
  CHECK(error_of_connecting("zmq://127.0.0.1:1/") == "none");
}

TEST_CASE("credentials are refused, and not shown") {
  const auto text = error_of_connecting("zmq://user:secret@127.0.0.1:1");
  CHECK(contains(text, "user and password mean nothing"));
  CHECK_FALSE(contains(text, "secret"));
}

TEST_CASE("another scheme is refused with the known ones") {
  CHECK(contains(error_of_connecting("redis://127.0.0.1"), "zmq, zmq+ipc"));
}

TEST_CASE(
    "a broker binds beyond loopback only with a key, or if it is told that this is insecure") {
  for (const std::string host :
       {"0.0.0.0", "*", "[::]", "10.0.0.5", "127.evil.example", "128.0.0.1"})
    CHECK(contains(error_of_binding("zmq://" + host + ":1"), "?insecure=1"));
  CHECK(contains(error_of_binding("zmq://0.0.0.0:1?insecure=0"), "?insecure=1"));
  CHECK(contains(error_of_binding("zmq://0.0.0.0:1"), "key=PATH&allow=PATH"));
  CHECK(error_of_binding("zmq://0.0.0.0:1?key=/x&allow=/x") == "none");
  CHECK(endpoints_to_bind(Url::parse("zmq://*:1?insecure=1")).publishing == "tcp://0.0.0.0:1");
}

TEST_CASE("a broker binds to any loopback address and to unix sockets as it is") {
  for (const std::string url :
       {"zmq://:1", "zmq://127.0.0.1:1", "zmq://127.9.9.9:1", "zmq://[::1]:1", "zmq+ipc:///x"})
    CHECK(error_of_binding(url) == "none");
}

TEST_CASE("a driver tells its address without connecting") {
  const auto driver = tubes::zeromq::make_driver(Url::parse("zmq://localhost"), {});
  CHECK(driver->address() == "zeromq at 127.0.0.1:5550");
}

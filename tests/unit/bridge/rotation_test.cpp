#include <doctest/doctest.h>

#include <tubes/bridge/rotation.hpp>

namespace tubes::bridge {
namespace {

using namespace std::chrono_literals;

/// The server whose turn it is next, and the limit of the delay before it.
void check_next(ServerRotation& servers, std::size_t server, Backoff::Milliseconds limit) {
  const auto delay = servers.next();
  CHECK(servers.current() == server);
  CHECK(delay >= limit / 2);
  CHECK(delay <= limit);
}

TEST_CASE("servers take turns, and the delay grows by rounds") {
  ServerRotation servers{3, 1s, 3s, 7};
  CHECK(servers.current() == 0);
  for (const auto after_round : {1s, 2s, 3s, 3s}) {
    check_next(servers, 1, 1s);
    check_next(servers, 2, 1s);
    check_next(servers, 0, after_round);
  }
}

TEST_CASE("with one server each attempt is a round") {
  ServerRotation servers{1, 1s, 5s, 7};
  for (const auto limit : {1s, 2s, 4s, 5s}) check_next(servers, 0, limit);
}

TEST_CASE("a connection that lasted begins a new round from the server after it") {
  ServerRotation servers{2, 1s, 8s, 7};
  check_next(servers, 1, 1s);
  check_next(servers, 0, 1s);
  check_next(servers, 1, 1s);
  servers.ended_after(Backoff::success);
  check_next(servers, 0, 1s);
  check_next(servers, 1, 1s);
  check_next(servers, 0, 1s);
  check_next(servers, 1, 2s);
}

TEST_CASE("a connection that did not last is an attempt like any other") {
  ServerRotation servers{2, 1s, 8s, 7};
  for (const auto limit : {1s, 1s, 1s, 2s, 1s, 4s}) {
    servers.ended_after(Backoff::success - 1ms);
    const auto delay = servers.next();
    CHECK(delay >= limit / 2);
    CHECK(delay <= limit);
  }
}

}  // namespace
}  // namespace tubes::bridge

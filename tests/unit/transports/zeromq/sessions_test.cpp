#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/sessions.hpp>

using tubes::zeromq::Sessions;

namespace {

using Told = std::vector<std::pair<std::string, std::uint64_t>>;

struct Clients {
  bool operator()(std::string_view id, std::uint64_t count) {
    told.emplace_back(id, count);
    return id != gone;
  }
  std::string gone;
  Told told;
};

Told acknowledged(Sessions& sessions) {
  Clients clients;
  sessions.acknowledge(std::ref(clients));
  return clients.told;
}

}  // namespace

TEST_CASE("a client without a session leaves nothing behind") {
  Sessions sessions(10);
  CHECK(sessions.find("plain") == nullptr);
  CHECK(sessions.size() == 0);
}

TEST_CASE("all publishes of a batch are acknowledged once, with their count since the hello") {
  Sessions sessions(10);
  sessions.open("a");
  sessions.open("b");
  for (int i = 0; i < 3; ++i) sessions.count(*sessions.find("a"));
  sessions.count(*sessions.find("b"));
  CHECK(acknowledged(sessions) == Told{{"a", 3}, {"b", 1}});
  CHECK(acknowledged(sessions).empty());
  sessions.count(*sessions.find("a"));
  CHECK(acknowledged(sessions) == Told{{"a", 4}});
}

TEST_CASE("a publish that was answered otherwise is not acknowledged again") {
  Sessions sessions(10);
  sessions.open("a");
  auto& session = *sessions.find("a");
  sessions.count(session);
  session.answered = session.published;
  CHECK(acknowledged(sessions).empty());
  sessions.count(session);
  CHECK(acknowledged(sessions) == Told{{"a", 2}});
}

TEST_CASE("a second hello starts to count at zero") {
  Sessions sessions(1);
  sessions.open("a");
  sessions.count(*sessions.find("a"));
  CHECK(sessions.open("a"));
  CHECK(acknowledged(sessions).empty());
  sessions.count(*sessions.find("a"));
  CHECK(acknowledged(sessions) == Told{{"a", 1}});
}

TEST_CASE("there are no more sessions than were allowed") {
  Sessions sessions(2);
  CHECK(sessions.open("a"));
  CHECK(sessions.open("b"));
  CHECK_FALSE(sessions.open("c"));
  CHECK(sessions.find("c") == nullptr);
  sessions.forget("a");
  CHECK(sessions.open("c"));
}

TEST_CASE("a client that is gone when it is told is forgotten") {
  Sessions sessions(10);
  sessions.open("a");
  sessions.count(*sessions.find("a"));
  Clients clients{"a", {}};
  sessions.acknowledge(std::ref(clients));
  CHECK(sessions.size() == 0);
}

TEST_CASE("whoever published nothing between two looks is told again, and forgotten if gone") {
  Sessions sessions(10);
  for (const std::string id : {"gone", "busy", "quiet"}) sessions.open(id);
  sessions.count(*sessions.find("quiet"));
  acknowledged(sessions);
  Clients clients{"gone", {}};
  sessions.look_for_gone(std::ref(clients));
  CHECK(clients.told.empty());
  sessions.count(*sessions.find("busy"));
  sessions.look_for_gone(std::ref(clients));
  std::ranges::sort(clients.told);
  CHECK(clients.told == Told{{"gone", 0}, {"quiet", 1}});
  CHECK(sessions.find("gone") == nullptr);
  CHECK(sessions.size() == 2);
}

TEST_CASE("a session forgotten with publishes counted is not acknowledged") {
  Sessions sessions(10);
  sessions.open("a");
  sessions.count(*sessions.find("a"));
  sessions.forget("a");
  CHECK(acknowledged(sessions).empty());
}

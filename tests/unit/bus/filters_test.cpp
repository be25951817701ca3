#include <doctest/doctest.h>

#include <tubes/bus/engine/filters.hpp>

using tubes::Filter;
using tubes::Filters;

namespace {

tubes::Deadline now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

TEST_CASE("a filter is asked for once, however many subscriptions it has") {
  Filters filters;
  filters.connected();
  filters.add(Filter("in"), false);
  filters.add(Filter("in"), false);
  CHECK(filters.take_changes().size() == 1);
  filters.remove(Filter("in"));
  CHECK(filters.take_changes().empty());
  filters.remove(Filter("in"));
  const auto changes = filters.take_changes();
  REQUIRE(changes.size() == 1);
  CHECK_FALSE(changes[0].wanted);
}

TEST_CASE("a filter is live when the backend says so, and not before") {
  Filters filters;
  filters.connected();
  filters.add(Filter("in"), false);
  filters.take_changes();
  CHECK(filters.wait_until_live(Filter("in"), now()) == Filters::Live::not_yet);
  filters.live("in");
  CHECK(filters.wait_until_live(Filter("in"), now()) == Filters::Live::yes);
}

TEST_CASE("the answer to an older subscribe does not make a newer one live") {
  Filters filters;
  filters.connected();
  filters.add(Filter("in"), false);
  filters.take_changes();
  filters.remove(Filter("in"));
  filters.add(Filter("in"), false);
  filters.live("in");
  CHECK(filters.wait_until_live(Filter("in"), now()) == Filters::Live::not_yet);
  filters.take_changes();
  filters.live("in");  // the driver answers the last one alone
  CHECK(filters.wait_until_live(Filter("in"), now()) == Filters::Live::yes);
}

TEST_CASE("a connection is settled when all that was wanted at its start is live or given up") {
  Filters filters;
  filters.add(Filter("a"), false);
  filters.add(Filter("b"), false);
  CHECK(filters.settled());
  filters.connected();
  filters.take_changes();
  filters.add(Filter("later"), false);
  filters.live("a");
  CHECK_FALSE(filters.settled());
  filters.remove(Filter("b"));
  CHECK(filters.settled());
}

TEST_CASE("a new connection is asked for everything again, and says when all of it is live") {
  Filters filters;
  filters.connected();
  filters.add(Filter("a"), false);
  filters.add(Filter("b"), false);
  filters.take_changes();
  CHECK(filters.live("a").resubscribed == 0);
  CHECK(filters.live("b").resubscribed == 0);
  filters.connected();
  CHECK(filters.wait_until_live(Filter("a"), now()) == Filters::Live::not_yet);
  CHECK(filters.take_changes().size() == 2);
  CHECK(filters.live("a").resubscribed == 0);
  CHECK(filters.live("b").resubscribed == 2);
}

TEST_CASE("a background subscription is announced once, when it is live") {
  Filters filters;
  filters.connected();
  filters.add(Filter("in"), true);
  filters.take_changes();
  CHECK(filters.live("in").announce);
  filters.connected();
  filters.take_changes();
  CHECK_FALSE(filters.live("in").announce);
}

TEST_CASE("closing wakes up who waits for a filter") {
  Filters filters;
  filters.connected();
  filters.add(Filter("in"), false);
  filters.close();
  CHECK(filters.wait_until_live(Filter("in"), tubes::Deadline::max()) == Filters::Live::closed);
}

TEST_CASE("a background subscription to a filter that is live is announced at once") {
  Filters filters;
  filters.connected();
  CHECK_FALSE(filters.add(Filter("in"), false).announce);
  filters.take_changes();
  filters.live("in");
  CHECK(filters.add(Filter("in"), true).announce);
}

TEST_CASE("all filters are live again also when the last one that was not is dropped") {
  Filters filters;
  filters.connected();
  filters.add(Filter("a"), false);
  filters.add(Filter("b"), false);
  filters.take_changes();
  filters.live("a");
  filters.live("b");
  filters.connected();
  filters.take_changes();
  CHECK(filters.live("a").resubscribed == 0);
  CHECK(filters.remove(Filter("b")).resubscribed == 1);
  filters.add(Filter("c"), false);
  filters.take_changes();
  CHECK(filters.live("c").resubscribed == 0);
}

TEST_CASE("while away nothing is collected: a new connection asks for all that is wanted then") {
  Filters filters;
  filters.add(Filter("gone"), false);
  filters.remove(Filter("gone"));
  filters.add(Filter("in"), false);
  CHECK(filters.take_changes().empty());
  filters.connected();
  CHECK(filters.take_changes().size() == 1);
}

TEST_CASE("while away nothing is live: who subscribes again to a filter waits for it") {
  Filters filters;
  filters.connected();
  filters.add(Filter("in"), false);
  filters.take_changes();
  filters.live("in");
  filters.disconnected();
  CHECK(filters.wait_until_live(Filter("in"), now()) == Filters::Live::not_yet);
  const auto news = filters.add(Filter("in"), true);
  CHECK_FALSE(news.live);
  CHECK_FALSE(news.announce);
  filters.connected();
  CHECK(filters.take_changes().size() == 1);
  const auto again = filters.live("in");
  CHECK(again.announce);
  CHECK(again.resubscribed == 1);
}

TEST_CASE("a filter that is refused is answered: nobody waits for it, and the connection settles") {
  Filters filters;
  filters.add(Filter("in"), false);
  filters.connected();
  filters.take_changes();
  CHECK(filters.refused("in", "no").refused);
  std::string why;
  CHECK(filters.wait_until_live(Filter("in"), now(), &why) == Filters::Live::refused);
  CHECK(why == "no");
  CHECK(filters.settled());
  CHECK_FALSE(filters.refused("in", "no").refused);
}

TEST_CASE("a filter that was refused is asked for again by the next subscription to it") {
  Filters filters;
  filters.connected();
  filters.add(Filter("in"), true);
  filters.take_changes();
  filters.refused("in", "no");
  filters.add(Filter("in"), false);
  CHECK(filters.take_changes().size() == 1);
  CHECK(filters.live("in").announce);
  CHECK(filters.wait_until_live(Filter("in"), now()) == Filters::Live::yes);
}

TEST_CASE("the backend has nothing to end where it refused") {
  Filters filters;
  filters.connected();
  filters.add(Filter("in"), false);
  filters.take_changes();
  filters.refused("in", "no");
  filters.remove(Filter("in"));
  CHECK(filters.take_changes().empty());
}

TEST_CASE("the bus's own filters are asked for first, and neither waited for nor counted") {
  Filters filters;
  filters.connected();
  filters.add(Filter("A"), false);
  filters.add(Filter::own("$stats"), false);
  filters.take_changes();
  filters.live("A");
  filters.connected();
  const auto changes = filters.take_changes();
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].filter.text() == "$stats");
  CHECK(filters.live("A").resubscribed == 1);
  CHECK(filters.settled());
  const auto news = filters.live("$stats");
  CHECK(news.live);
  CHECK(news.resubscribed == 0);
  CHECK(filters.remove(Filter::own("$stats")).resubscribed == 0);
}

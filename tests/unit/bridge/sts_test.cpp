#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bridge/sts.hpp>

namespace tubes::bridge {
namespace {

using namespace std::chrono_literals;
using Seconds = std::optional<std::chrono::seconds>;
using Port = std::optional<std::uint16_t>;

constexpr StsPolicies::Time start{1'000'000s};
const Endpoint plain{"irc.example.org", 6667, false};
const Endpoint secure{"irc.example.org", 6697, true};

TEST_CASE("the value of sts is read key by key, and what is not valid is not there") {
  struct Case {
    const char* value;
    Port port;
    Seconds duration;
  };
  for (const auto& [value, port, duration] :
       std::vector<Case>{{"port=6697,duration=2592000,preload", 6697, 2'592'000s},
                         {"duration=0", {}, 0s},
                         {"port=6697", 6697, {}},
                         {"preload=1,x,duration=5,y=port=3,port=1", 1, 5s},
                         {"port=65535,,duration=1,", 65'535, 1s},
                         {"", {}, {}},
                         {"port,duration", {}, {}},
                         {"port=,duration=", {}, {}},
                         {"port=0,duration=-1", {}, {}},
                         {"port=65536,duration=1s", {}, {}},
                         {"port=+1,duration= 1", {}, {}},
                         {"PORT=6697,Duration=1", {}, {}},
                         {"port=1,port=2,duration=1", {}, 1s},
                         {"duration=18446744073709551616", {}, {}},
                         {"duration=18446744073709551615", {}, StsPolicies::longest}}) {
    CAPTURE(value);
    const auto offer = StsOffer::parse(value);
    CHECK(offer.port == port);
    CHECK(offer.duration == duration);
  }
}

TEST_CASE("over plain text only a port counts, and it means TLS there at once") {
  CHECK(StsPolicies::upgrade(plain, "port=6697,duration=100") == 6697);
  CHECK(StsPolicies::upgrade(plain, "port=7000") == 7000);
  CHECK_FALSE(StsPolicies::upgrade(plain, "duration=100"));
  CHECK_FALSE(StsPolicies::upgrade(plain, "port=0"));
  CHECK_FALSE(StsPolicies::upgrade(secure, "port=7000"));
  StsPolicies policies;
  CHECK_FALSE(policies.offered(plain, "port=6697,duration=100", start));
  CHECK(policies.begin(plain, start) == plain);
}

TEST_CASE("over TLS a duration makes a policy, of the port that is in use") {
  StsPolicies policies;
  CHECK(policies.begin(plain, start) == plain);
  CHECK(policies.offered(secure, "port=7000,duration=100", start));
  CHECK(policies.begin(plain, start) == secure);
  CHECK(policies.begin({"IRC.example.ORG", 1, false}, start) ==
        Endpoint{"IRC.example.ORG", 6697, true});
  CHECK(policies.begin({"other.example.org", 6667, false}, start).tls == false);
}

TEST_CASE("a server that is configured with TLS keeps its port, policy or not") {
  StsPolicies policies;
  policies.offered(secure, "duration=100", start);
  const Endpoint elsewhere{"irc.example.org", 7000, true};
  CHECK(policies.begin(elsewhere, start) == elsewhere);
}

TEST_CASE("a policy is valid until its duration has passed, and renewed by each offer") {
  StsPolicies policies;
  policies.offered(secure, "duration=100", start);
  CHECK_FALSE(policies.offered(secure, "duration=100", start));
  CHECK(policies.begin(plain, start + 99s).tls);
  CHECK(policies.offered(secure, "duration=50", start + 99s));
  CHECK(policies.begin(plain, start + 148s).tls);
  CHECK(policies.valid(start + 148s).size() == 1);
  CHECK(policies.valid(start + 149s).empty());
  CHECK_FALSE(policies.begin(plain, start + 149s).tls);
}

TEST_CASE("a duration of 0 removes a policy, and one that cannot be read changes nothing") {
  StsPolicies policies;
  CHECK_FALSE(policies.offered(secure, "duration=0", start));
  policies.offered(secure, "duration=100", start);
  for (const char* nothing : {"", "port=1", "duration=x", "duration"}) {
    CHECK_FALSE(policies.offered(secure, nothing, start));
    CHECK(policies.begin(plain, start) == secure);
  }
  CHECK(policies.offered(secure, "duration=0", start));
  CHECK_FALSE(policies.begin(plain, start).tls);
}

TEST_CASE("a policy counts from the end of a connection, even if it ran out meanwhile") {
  StsPolicies policies;
  policies.offered(secure, "duration=100", start);
  CHECK(policies.ended(secure, start + 500s));
  CHECK(policies.begin(plain, start + 599s).tls);
  CHECK_FALSE(policies.begin(plain, start + 600s).tls);
  CHECK_FALSE(policies.ended(secure, start + 601s));  // one that had expired before is gone
}

TEST_CASE("the end of a plain connection renews nothing") {
  StsPolicies policies;
  policies.offered(secure, "duration=100", start);
  CHECK_FALSE(policies.ended(plain, start + 50s));
  CHECK_FALSE(policies.begin(plain, start + 100s).tls);
}

TEST_CASE("a host is known to have a policy, by whatever URL it is called, while that is valid") {
  StsPolicies policies;
  policies.offered(secure, "duration=100", start);
  for (const auto& server : {plain, secure}) {
    CHECK(policies.holds(server, start + 99s));
    CHECK_FALSE(policies.holds(server, start + 100s));
  }
  CHECK_FALSE(policies.holds({"elsewhere.example.org", 6697, true}, start));
}

TEST_CASE("an address can have no policy") {
  StsPolicies policies;
  for (const char* host : {"192.0.2.1", "2001:db8::1"}) {
    CHECK_FALSE(policies.offered({host, 6697, true}, "duration=100", start));
    CHECK_FALSE(StsPolicies::upgrade({host, 6667, false}, "port=6697"));
  }
}

}  // namespace
}  // namespace tubes::bridge

#include <cstdlib>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/config.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::bridge {
namespace {

constexpr const char* full = R"({
  // Comments are allowed.
  "bus": "zmq://127.0.0.1:5550", "broker": true,
  "wire": {"in": "json", "out": "protobuf"},
  "topics": {"in": "irc.in", "out": "irc.out"},
  "networks": {
    "zeta": {
      "server": "ircs://irc.example.org:7000", "nick": "bot", "user": "u", "realname": "A Bot",
      "password": "hunter2", "channels": ["#a", "#b key"], "admin_spew_channels": ["#ops"],
      "semantics": false, "bot_mode": false, "flood": {"burst": 9, "per_second": 3}
    },
    "alpha": {"server": "irc://127.0.0.1", "nick": "bot"}
  }
})";

Config parsed(const std::string& text) {
  return parse_config("bridge.json", text);
}

/// A configuration with one network, of which `members` is the text.
std::string with_network(const std::string& members) {
  return R"({"bus": "memory://x", "networks": {"net": {)" + members + "}}}";
}

std::string refusal(const std::string& text) {
  try {
    parsed(text);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::invalid_config);
    return error.what();
  }
  return "nothing was refused";
}

std::string network_refusal(const std::string& members) {
  return refusal(with_network(members));
}

constexpr const char* valid = R"("server": "ircs://h", "nick": "bot")";

std::string network_refusal_with(const std::string& member) {
  return network_refusal(std::string{valid} + ", " + member);
}

TEST_CASE("a configuration is understood, with its networks in the file's order") {
  const auto config = parsed(full);
  CHECK(config.bus == "zmq://127.0.0.1:5550");
  CHECK(config.broker);
  CHECK(config.wire_in == WireFormat::json);
  CHECK(config.wire_out == WireFormat::protobuf);
  CHECK(config.topics.shared.in == "irc.in");
  CHECK(config.topics.shared.out == "irc.out");
  REQUIRE(config.networks.size() == 2);
  CHECK(config.networks[0].session.network == "zeta");
  CHECK(config.networks[1].session.network == "alpha");
}

TEST_CASE("every key of a network is understood") {
  const auto network = parsed(full).networks[0];
  REQUIRE(network.servers.size() == 1);
  CHECK(network.servers[0].address() == "irc.example.org:7000");
  CHECK(network.servers[0].tls);
  CHECK(network.trust.verify);
  CHECK(network.session.nick == "bot");
  CHECK(network.session.user == "u");
  CHECK(network.session.realname == "A Bot");
  CHECK(network.session.password == "hunter2");
  CHECK(network.session.channels == std::vector<std::string>{"#a", "#b key"});
  CHECK_FALSE(network.session.semantics);
  CHECK_FALSE(network.session.bot_mode);
  CHECK(network.session.flood.burst == 9);
  CHECK(network.session.flood.per_second == 3);
  CHECK(network.admin_spew_channels == std::vector<std::string>{"#ops"});
}

TEST_CASE("what is left out has its default") {
  const auto config = parsed(with_network(valid));
  CHECK_FALSE(config.broker);
  CHECK(config.topics.shared.in == "in");
  CHECK(config.topics.shared.out == "out");
  CHECK(config.wire_in == WireFormat::json);
  CHECK(config.networks[0].session.semantics);
  CHECK(config.networks[0].session.bot_mode);
  CHECK(config.networks[0].session.user == "tubes");
}

TEST_CASE("a syntax error names line and column, and shows nothing of the text") {
  const auto what = refusal("{\n  \"password\": \"hunter2\"\n  \"bus\": 1}");
  CHECK(what.find("bridge.json: line 3, column ") == 0);
  CHECK(what.find("hunter2") == std::string::npos);
}

TEST_CASE("an unknown key is refused wherever it stands, with the keys that are known") {
  CHECK(refusal(R"({"bus": "memory://x", "networks": {"n": {"server": "irc://h", "nick": "b"}},
                   "buss": 1})") ==
        "bridge.json: buss: unknown key; known here are bus, wire, topics, broker, "
        "state_file, drain_seconds, networks");
  CHECK(network_refusal_with(R"("nik": "b")").find("bridge.json: networks.net.nik: unknown key") ==
        0);
  CHECK(network_refusal_with(R"("flood": {"x": 1})").find("bridge.json: networks.net.flood.x") ==
        0);
}

TEST_CASE("a value of another type is refused with what was expected and found") {
  CHECK(network_refusal(R"("server": "irc://h", "nick": 42)") ==
        "bridge.json: networks.net.nick: expected a string, found a number");
  CHECK(network_refusal_with(R"("password": ["hunter2"])") ==
        "bridge.json: networks.net.password: expected a string, found an array");
  CHECK(network_refusal_with(R"("channels": ["#a", 1])") ==
        "bridge.json: networks.net.channels.1: expected a string, found a number");
  CHECK(network_refusal_with(R"("channels": "#a")") ==
        "bridge.json: networks.net.channels: expected a list of strings, found a string");
  CHECK(network_refusal_with(R"("semantics": 1)") ==
        "bridge.json: networks.net.semantics: expected true or false, found a number");
  CHECK(network_refusal_with(R"("flood": {"burst": "x"})") ==
        "bridge.json: networks.net.flood.burst: expected a number, found a string");
  CHECK(refusal("[]") == "bridge.json: expected an object, found an array");
}

TEST_CASE("a value that makes no sense is refused where it stands") {
  CHECK(network_refusal(R"("server": "irc://h", "nick": "a b")").find("networks.net.nick: ") < 20);
  CHECK(network_refusal(R"("server": "x", "nick": "b")").find("networks.net.server: ") < 20);
  CHECK(network_refusal(R"("server": "irc://h/#a", "nick": "b")").find("under \"channels\"") < 80);
  CHECK(network_refusal_with(R"("channels": ["tubes"])") ==
        "bridge.json: networks.net.channels.0: expected a channel such as #tubes, found \"tubes\"");
  CHECK(network_refusal_with(R"("channels": ["#a", "#y,#z hunter2"])") ==
        "bridge.json: networks.net.channels.1: expected one channel per entry, found \"#y,#z\"");
  CHECK(network_refusal_with(R"("channels": ["tubes hunter2"])").find("hunter2") ==
        std::string::npos);
  CHECK(network_refusal(R"("server": "irc://h", "nick": "")") ==
        "bridge.json: networks.net.nick: expected a string, found an empty one");
  CHECK(network_refusal_with(R"("realname": "x\r\nOPER y")").find("holds CR") != std::string::npos);
  CHECK(network_refusal_with(R"("flood": {"per_second": 0})") ==
        "bridge.json: networks.net.flood.per_second: expected a number over 0, found 0");
  CHECK(refusal(R"({"bus": "memory://x", "topics": {"in": "a b"}})").find("topics.in: ") < 20);
  CHECK(refusal(R"({"bus": "memory://x", "wire": {"in": "xml"}})") ==
        "bridge.json: wire.in: expected json or protobuf, found \"xml\"");
  CHECK(refusal(R"({"bus": "memory", "networks": {}})").find("bridge.json: bus: ") == 0);
}

TEST_CASE("a description tells which servers asked for TLS, as long as that counts") {
  const test::TempFolder folder;
  const auto file = (folder.path() / "state.json").string();
  std::ofstream{file} << R"({"sts": {
      "irc.example.org": {"port": 6697, "duration": 1000, "expires": 4102444800},
      "old.example.org": {"port": 6697, "duration": 1000, "expires": 1000000000}}})";
  const auto text = describe(parsed(R"({"bus": "memory://x", "state_file": ")" + file +
                                    R"(", "networks": {"net": {)" + valid + "}}}"));
  CHECK(text.find("  irc.example.org asked for TLS (STS), on port 6697, until 2100-01-01\n") !=
        std::string::npos);
  CHECK(text.find("old.example.org") == std::string::npos);
}

TEST_CASE("a state file must have a folder to be in") {
  const auto with_state = [](const char* file) {
    return R"({"bus": "memory://x", "state_file": ")" + std::string{file} +
           R"(", "networks": {"net": {)" + valid + "}}}";
  };
  CHECK(parsed(with_state("state.json")).state_file == "state.json");
  CHECK(parsed(with_state("/tmp/state.json")).state_file == "/tmp/state.json");
  CHECK(describe(parsed(with_state("/tmp/state.json"))).find("state: /tmp/state.json\n") !=
        std::string::npos);
  CHECK(parsed(with_network(valid)).state_file.empty());
  CHECK(refusal(with_state("/nowhere/at/all/state.json")) ==
        "bridge.json: state_file: there is no folder /nowhere/at/all; make it");
}

TEST_CASE("a key among the admin channels is refused and not shown") {
  CHECK(network_refusal_with(R"("admin_spew_channels": ["#a hunter2"])") ==
        "bridge.json: networks.net.admin_spew_channels.0: expected a channel alone, found #a with "
        "a key, which goes under \"channels\"");
}

TEST_CASE("how long a server may be silent is a whole number of seconds, and never none") {
  const auto usual = parsed(with_network(valid)).networks[0].session;
  CHECK(usual.quiet == std::chrono::seconds{120});
  CHECK(usual.patience == std::chrono::seconds{60});
  const auto text = with_network(valid + std::string{R"(, "ping_after": 3, "ping_timeout": 4)"});
  CHECK(parsed(text).networks[0].session.quiet == std::chrono::seconds{3});
  CHECK(parsed(text).networks[0].session.patience == std::chrono::seconds{4});
  CHECK(describe(parsed(text))
            .find("asks a silent server after 3 s and gives it up after "
                  "another 4 s") != std::string::npos);
  CHECK(describe(parsed(with_network(valid))).find("silent") == std::string::npos);
  CHECK(network_refusal_with(R"("ping_after": 0)") ==
        "bridge.json: networks.net.ping_after: expected a second at least, found 0");
  CHECK(network_refusal_with(R"("ping_timeout": 1.5)").find("ping_timeout: expected whole") !=
        std::string::npos);
}

TEST_CASE("flood control has bounds") {
  CHECK(network_refusal_with(R"("flood": {"burst": 1001})") ==
        "bridge.json: networks.net.flood.burst: expected a number from 1 to 1000, found 1001");
  CHECK(network_refusal_with(R"("flood": {"per_second": 1e-4})") ==
        "bridge.json: networks.net.flood.per_second: expected a number from 0.001 to 1000, found "
        "0.0001");
  CHECK(network_refusal_with(R"("flood": {"per_second": 1e9})").find("0.001 to 1000") !=
        std::string::npos);
}

TEST_CASE("what waits for a network has bounds") {
  const auto config = parsed(R"({"bus": "memory://x", "networks": {"net": {"server": "ircs://h",
      "nick": "bot", "waiting": {"seconds": 60, "messages": 10}}}})");
  CHECK(config.networks[0].session.waiting.seconds == std::chrono::seconds{60});
  CHECK(config.networks[0].session.waiting.messages == 10);
  CHECK(describe(config).find("10 messages wait, each for 60 s") != std::string::npos);
  CHECK(network_refusal_with(R"("waiting": {"seconds": 3.7})") ==
        "bridge.json: networks.net.waiting.seconds: expected whole seconds, 0 to 86400, found 3.7");
  CHECK(network_refusal_with(R"("waiting": {"seconds": 0})") ==
        "bridge.json: networks.net.waiting.seconds: expected a second at least, found 0");
  for (const char* bad : {"0.5", "2.5", "100001", "1e6"}) {
    CHECK(network_refusal_with(std::string{R"("waiting": {"messages": )"} + bad + "}")
              .find("waiting.messages: expected a whole number from 1 to 100000, found ") !=
          std::string::npos);
  }
  CHECK(network_refusal_with(R"("waiting": {"messages": "10"})").find("found a string") !=
        std::string::npos);
  CHECK(network_refusal_with(R"("waiting": {"x": 1})").find("networks.net.waiting.x") !=
        std::string::npos);
}

TEST_CASE("the lag is measured every so many seconds, or not at all") {
  using namespace std::chrono_literals;
  const auto interval = [](const std::string& more) {
    return parsed(with_network(valid + more)).networks[0].session.lag_interval;
  };
  CHECK(interval("") == 60s);
  CHECK(interval(R"(, "lag_interval": 0)") == 0s);
  CHECK(interval(R"(, "lag_interval": 86400)") == 24h);
  CHECK(network_refusal_with(R"("lag_interval": 1.5)") ==
        "bridge.json: networks.net.lag_interval: expected whole seconds, 0 to 86400, found 1.5");
  for (const char* bad : {"-1", "86401", "true", "\"60\"", "null"}) {
    CHECK(network_refusal_with(std::string{R"("lag_interval": )"} + bad).find("lag_interval: ") !=
          std::string::npos);
  }
  const auto without = with_network(valid + std::string{R"(, "lag_interval": 0)"});
  CHECK(describe(parsed(without)).find("lag not measured") != std::string::npos);
}

TEST_CASE("how long the bridge goes on to say what waits is configured") {
  using namespace std::chrono_literals;
  CHECK(parsed(full).drain == 5s);
  auto text = with_network(valid);
  text.insert(1, R"("drain_seconds": 0, )");
  CHECK(parsed(text).drain == 0s);
  CHECK(describe(parsed(text)).find("drain: 0 s") != std::string::npos);
  CHECK(refusal(R"({"bus": "memory://x", "drain_seconds": "5"})") ==
        "bridge.json: drain_seconds: expected whole seconds, 0 to 86400, found a string");
  CHECK(refusal(R"({"bus": "memory://x", "drain_seconds": null})").find(", found null") !=
        std::string::npos);
}

TEST_CASE("what must be there and is not is named") {
  CHECK(refusal("{}") ==
        "bridge.json: bus: expected a string, but it is missing; there is nothing");
  CHECK(refusal(R"({"bus": "memory://x", "netwroks": {}})") ==
        "bridge.json: networks: expected at least one network, but it is missing; there is bus, "
        "netwroks");
  CHECK(network_refusal(R"("nick": "b")") ==
        "bridge.json: networks.net.server: expected a string, but it is missing; there is nick");
}

TEST_CASE("a password comes from the environment or a file, and only from one place") {
  setenv("TUBES_TEST_PASSWORD", "from env", 1);
  const auto from_env = std::string{valid} + R"(, "password_env": "TUBES_TEST_PASSWORD")";
  CHECK(parsed(with_network(from_env)).networks[0].session.password == "from env");
  unsetenv("TUBES_TEST_PASSWORD");
  CHECK(refusal(with_network(from_env)).find("networks.net.password_env: ") != std::string::npos);
  CHECK(network_refusal_with(R"("password": "a", "password_env": "B")").find("expected one of") !=
        std::string::npos);
  CHECK(network_refusal_with(R"("password_file": "/nowhere/at/all")").find("password_file: ") !=
        std::string::npos);
}

TEST_CASE("a description shows what was understood, and no secret") {
  const auto text = describe(parsed(full));
  for (const char* part :
       {"zmq://127.0.0.1:5550", "irc.in", "zeta", "irc.example.org:7000", "the system's roots",
        "with a password", "#b", "#ops", "without TLS", "without bot mode"}) {
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find("hunter2") == std::string::npos);
  CHECK(text.find("key") == std::string::npos);
}

TEST_CASE("a file that is not there is an error with its name") {
  CHECK_THROWS_WITH_AS(load_config("/nowhere/bridge.json"),
                       "/nowhere/bridge.json: cannot be read; is it there, and a JSON file?",
                       Error);
}

}  // namespace
}  // namespace tubes::bridge

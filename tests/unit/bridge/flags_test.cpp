#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bridge/flags.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::bridge {
namespace {

using Arguments = std::vector<const char*>;

std::variant<Invocation, Answer> parsed(Arguments arguments) {
  arguments.insert(arguments.begin(), "tubes-bridge");
  return parse_flags(static_cast<int>(arguments.size()), arguments.data());
}

Answer answer(const Arguments& arguments) {
  return std::get<Answer>(parsed(arguments));
}

TEST_CASE("the short form makes a configuration with one network") {
  const auto asked = std::get<Invocation>(
      parsed({"--bus", "zmq://127.0.0.1:5550", "--broker", "--irc", "ircs://h/#a,#b", "--nick",
              "bot", "--wire-in", "protobuf", "--no-semantics", "--check-config"}));
  CHECK(asked.check_only);
  CHECK(asked.config.bus == "zmq://127.0.0.1:5550");
  CHECK(asked.config.broker);
  CHECK(asked.config.wire_in == WireFormat::protobuf);
  REQUIRE(asked.config.networks.size() == 1);
  const auto& network = asked.config.networks[0];
  CHECK(network.servers.at(0).address() == "h:6697");
  CHECK(network.session.nick == "bot");
  CHECK(network.session.channels == std::vector<std::string>{"#a", "#b"});
  CHECK_FALSE(network.session.semantics);
}

TEST_CASE("semantics are on and the broker off unless a flag says otherwise") {
  const auto asked =
      std::get<Invocation>(parsed({"--bus", "memory://x", "--irc", "irc://h", "--nick", "bot"}));
  CHECK_FALSE(asked.check_only);
  CHECK_FALSE(asked.config.broker);
  CHECK(asked.config.networks.at(0).session.semantics);
}

TEST_CASE("--help shows examples, and --version the version") {
  const auto help = answer({"--help"});
  CHECK(help.exit_code == 0);
  CHECK(help.out.find("tubes-bridge --config bridge.json --check-config") != std::string::npos);
  CHECK(answer({"--version"}).out.find("tubes-bridge ") == 0);
}

TEST_CASE("flags that contradict each other or are unknown end with a message") {
  for (const Arguments& bad :
       {Arguments{"--nope"}, Arguments{"--config", "x", "--irc", "irc://h", "--nick", "b"},
        Arguments{"--bus", "memory://x", "--irc", "irc://h"}}) {
    CHECK(answer(bad).exit_code != 0);
    CHECK_FALSE(answer(bad).err.empty());
  }
}

TEST_CASE("flags that are too few or cannot be understood end with 2 and are named") {
  unsetenv("TUBES_BUS");
  const std::vector<std::pair<const char*, Arguments>> cases = {
      {"--config: ", {}},
      {"--config: ", {"--bus", "memory://x"}},
      {"--bus: ", {"--irc", "irc://h", "--nick", "bot"}},
      {"--bus: ", {"--bus", "memory", "--irc", "irc://h", "--nick", "bot"}},
      {"--irc: ", {"--bus", "memory://x", "--irc", "http://h", "--nick", "bot"}},
      {"--nick: ", {"--bus", "memory://x", "--irc", "irc://h", "--nick", "a b"}},
      {"--wire-in: ",
       {"--bus", "memory://x", "--irc", "irc://h", "--nick", "bot", "--wire-in", "xml"}}};
  for (const auto& [flag, bad] : cases) {
    const auto said = answer(bad);
    CHECK(said.exit_code == 2);
    CHECK(said.err.find(flag) == 0);
  }
}

TEST_CASE("the bus comes from TUBES_BUS where no flag names one") {
  setenv("TUBES_BUS", "memory://env", 1);
  const auto bus = [](const Arguments& arguments) {
    return std::get<Invocation>(parsed(arguments)).config.bus;
  };
  CHECK(bus({"--irc", "irc://h", "--nick", "bot"}) == "memory://env");
  CHECK(bus({"--irc", "irc://h", "--nick", "bot", "--bus", "memory://x"}) == "memory://x");
  unsetenv("TUBES_BUS");
}

TEST_CASE("a configuration that is not there is an error, not a wrong flag") {
  CHECK_THROWS_AS(parsed({"--config", "/nowhere/bridge.json"}), Error);
}

}  // namespace
}  // namespace tubes::bridge

#include <doctest/doctest.h>

#include <tubes/bridge/changes.hpp>

namespace tubes::bridge {
namespace {

using namespace std::chrono_literals;
using Edit = void (*)(NetworkConfig&);

NetworkConfig network() {
  NetworkConfig config;
  config.servers = {{"irc.example.org", 6697, true}};
  config.session.network = "net";
  config.session.nick = "bot";
  config.session.channels = {"#a"};
  return config;
}

Change after(Edit edit) {
  auto is = network();
  edit(is);
  return change_of(network(), is);
}

TEST_CASE("a network that is the same does not change") {
  CHECK(after([](NetworkConfig&) {}) == Change::none);
}

TEST_CASE("what a network does while it is connected changes in place") {
  const Edit edits[] = {
      [](NetworkConfig& n) { n.session.channels = {"#b key"}; },
      [](NetworkConfig& n) { n.session.semantics = false; },
      [](NetworkConfig& n) { n.session.strip_formatting.everywhere = true; },
      [](NetworkConfig& n) { n.session.rejoin = false; },
      [](NetworkConfig& n) { n.session.self_messages = true; },
      [](NetworkConfig& n) { n.session.waiting.messages = 1; },
      [](NetworkConfig& n) { n.session.bot_mode = false; },
      [](NetworkConfig& n) { n.session.flood.burst = 9; },
      [](NetworkConfig& n) { n.session.lag_interval = 1s; },
      [](NetworkConfig& n) { n.admin_spew_channels = {"#ops"}; },
  };
  for (const auto edit : edits) CHECK(after(edit) == Change::in_place);
}

TEST_CASE("where a network is, whom it trusts and who it is there takes a new connection") {
  const Edit edits[] = {
      [](NetworkConfig& n) { n.servers.push_back({"irc2.example.org", 6697, true}); },
      [](NetworkConfig& n) { n.trust.verify = false; },
      [](NetworkConfig& n) { n.trust.fingerprints = {"00"}; },
      [](NetworkConfig& n) { n.session.nick = "other"; },
      [](NetworkConfig& n) { n.session.user = "other"; },
      [](NetworkConfig& n) { n.session.realname = "other"; },
      [](NetworkConfig& n) { n.session.password = "other"; },
      [](NetworkConfig& n) { n.session.nickserv.emplace().password = "other"; },
      [](NetworkConfig& n) { n.session.sasl.emplace().credentials.password = "other"; },
  };
  for (const auto edit : edits) CHECK(after(edit) == Change::anew);
}

TEST_CASE("what needs a restart is named, and stays as it was") {
  Config was;
  was.bus = "redis://one";
  was.networks = {network()};
  Config is = was;
  CHECK(keep_until_restart(was, is).empty());
  is.bus = "redis://two";
  is.broker = true;
  is.wire_in = WireFormat::protobuf;
  is.topics.shared.in = "other";
  is.state_file = "state.json";
  is.drain = 1s;
  CHECK(keep_until_restart(was, is) ==
        std::vector<std::string>{"bus", "broker", "wire.in", "topics", "state_file"});
  CHECK(is.bus == "redis://one");
  CHECK_FALSE(is.broker);
  CHECK(is.wire_in == WireFormat::json);
  CHECK(is.topics.shared.in == "in");
  CHECK(is.state_file.empty());
  CHECK(is.drain == 1s);
}

}  // namespace
}  // namespace tubes::bridge

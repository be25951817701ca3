#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/bot_json.hpp>
#include <tubes/bridge/config.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {
namespace {

// As the original shipped it.
constexpr const char* shipped = R"({
  "servers": [{
    "name": "Freenode", "hostname": "irc.example.org", "port": 6667, "nick": "ZenIRCBot",
    "userName": "zen", "realName": "Zen IRC Bot", "autoRejoin": true, "autoConnect": true,
    "channels": ["#pdxbots", "#secret key"], "admin_nicks": "YourNick",
    "admin_spew_channels": ["#pdxbots"], "secure": false, "selfSigned": false
  }],
  "options": {"debug": false, "floodProtection": true, "stripColors": true},
  "redis": {"host": "localhost", "port": 6379, "db": 1}
})";

Config parsed(const std::string& text) {
  return parse_config("bot.json", text);
}

std::string with_server(const std::string& members) {
  return R"({"servers": [{"hostname": "h", "nick": "bot")" + members + "}]}";
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

TEST_CASE("a bot.json of 2012 is taken as it is") {
  const auto config = parsed(shipped);
  CHECK(config.bus == "redis://localhost:6379?prefix=zenircbot:");  // its keys are in database 0
  CHECK(config.topics.shared.in == "in");
  CHECK(config.topics.shared.out == "out");
  REQUIRE(config.networks.size() == 1);
  const auto& [servers, trust, session, admin_spew_channels] = config.networks[0];
  REQUIRE(servers.size() == 1);
  CHECK(servers[0].address() == "irc.example.org:6667");
  CHECK_FALSE(servers[0].tls);
  CHECK(session.network == "Freenode");
  CHECK(session.nick == "ZenIRCBot");
  CHECK(session.user == "zen");
  CHECK(session.realname == "Zen IRC Bot");
  CHECK(session.channels == std::vector<std::string>{"#pdxbots", "#secret key"});
  CHECK(admin_spew_channels == std::vector<std::string>{"#pdxbots"});
  CHECK(session.rejoin);
  CHECK(session.strip_formatting.everywhere);
  CHECK(session.flood.burst == irc::FloodOptions{}.burst);
}

TEST_CASE("one line says what a bot.json was taken for, and what is left out") {
  CHECK(parsed(shipped).understood ==
        "a bot.json of ZenIRCBot: network Freenode at irc://irc.example.org:6667 as ZenIRCBot, "
        "2 channels, bus redis://localhost:6379?prefix=zenircbot:; left out: admin_nicks, which "
        "are the admin service's");
  const auto two = R"({"servers": [{"hostname": "h", "nick": "b", "autoConnect": false}, {}]})";
  CHECK(parsed(two).understood ==
        "a bot.json of ZenIRCBot: network irc at irc://h:6667 as b, 0 channels, bus "
        "redis://localhost?prefix=zenircbot:; left out: 1 more server, as the original did, "
        "autoConnect: the bridge always connects");
}

TEST_CASE("what nobody knows in a bot.json is left out, and named") {
  const auto config = parsed(R"({"servers": [{"hostname": "h", "nick": "b", "chanels": ["#a"]}],
                                 "options": {"dbug": true}, "redis": {"hots": 1}, "x": 1})");
  CHECK(config.understood.ends_with(
      "; left out: x, which is not known, servers.0.chanels, which is not known, options.dbug, "
      "which is not known, redis.hots, which is not known"));
}

TEST_CASE("the password of a bot.json goes to the server, and into no line") {
  const auto config = parsed(with_server(R"(, "password": "hunter2")"));
  CHECK(config.networks[0].session.password == "hunter2");
  CHECK(config.understood.find("hunter2") == std::string::npos);
}

TEST_CASE("what a bot.json leaves out is as the original had it") {
  const auto config = parsed(with_server(""));
  const auto& session = config.networks[0].session;
  CHECK(session.network == "irc");
  CHECK(session.user == "bot");
  CHECK(session.realname == "bot");
  CHECK(session.rejoin);
  CHECK_FALSE(session.strip_formatting.everywhere);
  CHECK(session.flood.burst == 1000);  // floodProtection is off
}

TEST_CASE("the options of a server are understood") {
  const auto config = parsed(with_server(R"(, "secure": true, "selfSigned": true, "port": 7000,
                             "autoRejoin": false, "name": "My IRC net!")"));
  const auto& network = config.networks[0];
  CHECK(network.servers.at(0).tls);
  CHECK_FALSE(network.trust.verify);
  CHECK(network.servers.at(0).address() == "h:7000");
  CHECK_FALSE(network.session.rejoin);
  CHECK(network.session.network == "My-IRC-net-");
}

TEST_CASE("what makes no sense in a bot.json is refused with its place") {
  CHECK(refusal(R"({"servers": []})") ==
        "bot.json: servers: expected a list with at least one server");
  CHECK(refusal(R"({"servers": [{"nick": "b"}]})") ==
        "bot.json: servers.0.hostname: expected a string, but it is missing; there is nick");
  CHECK(refusal(with_server(R"(, "port": 70000)")) ==
        "bot.json: servers.0.port: expected a port, 1 to 65535, found 70000.0");
  CHECK(refusal(with_server(R"(, "channels": "#a")")) ==
        "bot.json: servers.0.channels: expected a list of strings, found a string");
  CHECK(refusal(with_server(R"(, "autoConnect": "yes")")) ==
        "bot.json: servers.0.autoConnect: expected true or false, found a string");
  CHECK(refusal(R"({"servers": [{"hostname": "h", "nick": "b"}], "redis": 1})") ==
        "bot.json: redis: expected an object, found a number");
  CHECK(refusal(with_server(R"(, "channels": ["a"])")) ==
        "bot.json: servers.0.channels.0: expected a channel such as #tubes, found \"a\"");
}

TEST_CASE("a bot.json as a configuration of Tubes is understood the same way") {
  const auto bot = understand("bot.json", config::parse_json("bot.json", shipped));
  auto direct = parsed(shipped);
  direct.understood.clear();
  CHECK(describe(parse_config("tubes.json", bot.configuration)) == describe(direct));
}

}  // namespace
}  // namespace tubes::bridge

#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/events.hpp>
#include <tubes/bridge/irc/names.hpp>

namespace tubes::irc {
namespace {

const Isupport isupport;

std::vector<Message> events(const std::string& text, bool semantics = false) {
  return events_of(*parse_line(text), {isupport, "bot", semantics});
}

/// The only event of a line, which must be of this type.
template <class Event>
Event the(const std::string& text) {
  const auto all = events(text);
  REQUIRE(all.size() == 1);
  REQUIRE(std::holds_alternative<Event>(all[0]));
  return std::get<Event>(all[0]);
}

TEST_CASE("a message in a channel is a privmsg") {
  const auto event = the<in::Privmsg>(":bob!b@h PRIVMSG #a :hello");
  CHECK(event.sender == "bob");
  CHECK(event.channel == "#a");
  CHECK(event.message == "hello");
}

TEST_CASE("a message tells the sender's services account, and whether it is a bot") {
  const auto event =
      the<in::Privmsg>("@time=1;account=alice\\s\\:x;bot :bob!b@h PRIVMSG #a :hello");
  CHECK(event.services_account == "alice ;x");
  CHECK(event.bot);
  const auto plain = the<in::Privmsg>("@accounts=1;+bot=1 :bob!b@h PRIVMSG #a :hello");
  CHECK(plain.services_account.empty());
  CHECK_FALSE(plain.bot);
  CHECK(the<in::Notice>("@draft/bot;account=a :bob!b@h NOTICE #a :hello").bot);
  CHECK(the<in::Action>("@inspircd.org/bot= :bob!b@h PRIVMSG #a :\x01"
                        "ACTION waves\x01")
            .bot);
  const auto directed = events("@account=alice;bot :bob!b@h PRIVMSG #a :!hello", true);
  REQUIRE(directed.size() == 2);
  CHECK(std::get<in::DirectedPrivmsg>(directed[1]).services_account == "alice");
  CHECK(std::get<in::DirectedPrivmsg>(directed[1]).bot);
}

TEST_CASE("in a private message the channel is the sender's nick") {
  CHECK(the<in::Privmsg>(":bob!b@h PRIVMSG bot :hello").channel == "bob");
  CHECK(the<in::Notice>(":bob!b@h NOTICE bot :hello").channel == "bob");
  CHECK(the<in::Action>(":bob!b@h PRIVMSG bot :\x01"
                        "ACTION waves\x01")
            .channel == "bob");
}

TEST_CASE("a message to the operators of a channel is one in the channel") {
  CHECK(the<in::Privmsg>(":bob!b@h PRIVMSG @#a :hello").channel == "#a");
}

TEST_CASE("an ACTION is unwrapped, and other CTCP is no event") {
  CHECK(the<in::Action>(":bob!b@h PRIVMSG #a :\x01"
                        "ACTION waves\x01")
            .message == "waves");
  CHECK(events(":bob!b@h PRIVMSG bot :\x01VERSION\x01").empty());
  CHECK(events(":bob!b@h NOTICE bot :\x01VERSION x\x01").empty());
}

TEST_CASE("a message addressed to the bot is also a directed_privmsg, if semantics are on") {
  const auto all = events(":bob!b@h PRIVMSG #a :Bot: do it", true);
  REQUIRE(all.size() == 2);
  CHECK(std::get<in::Privmsg>(all[0]).message == "Bot: do it");
  const auto& directed = std::get<in::DirectedPrivmsg>(all[1]);
  CHECK(directed.sender == "bob");
  CHECK(directed.channel == "#a");
  CHECK(directed.message == "do it");
  CHECK(directed.raw_message == "Bot: do it");
  CHECK(events(":bob!b@h PRIVMSG #a :Bot: do it", false).size() == 1);
  CHECK(events(":bob!b@h PRIVMSG #a :do it", true).size() == 1);
}

TEST_CASE("joins, parts and quits carry who, where and why") {
  CHECK(the<in::Join>(":bob!b@h JOIN :#a").channel == "#a");
  CHECK(the<in::Part>(":bob!b@h PART #a").message.empty());
  CHECK(the<in::Part>(":bob!b@h PART #a :bye").message == "bye");
  CHECK(the<in::Quit>(":bob!b@h QUIT :gone").message == "gone");
  CHECK(the<in::Quit>(":bob!b@h QUIT").sender == "bob");
}

TEST_CASE("topic, kick, nick, mode and invite are told") {
  CHECK(the<in::Topic>(":bob!b@h TOPIC #a :new").topic == "new");
  const auto kick = the<in::Kick>(":bob!b@h KICK #a eve :out");
  CHECK(kick.nick == "eve");
  CHECK(kick.message == "out");
  CHECK(the<in::Nick>(":bob!b@h NICK rob").nick == "rob");
  const auto mode = the<in::Mode>(":bob!b@h MODE #a +ov eve rob");
  CHECK(mode.mode == "+ov");
  CHECK(mode.arguments == std::vector<std::string>{"eve", "rob"});
  const auto invite = the<in::Invite>(":bob!b@h INVITE bot #a");
  CHECK(invite.nick == "bot");
  CHECK(invite.channel == "#a");
}

TEST_CASE("texts that are not UTF-8 become it") {
  CHECK(the<in::Privmsg>(":bob!b@h PRIVMSG #a :caf\xE9").message == "café");
}

TEST_CASE("lines without their parameters, and other lines, are no event") {
  for (const char* text :
       {":bob PRIVMSG #a", ":bob JOIN", ":bob KICK #a", "PING x", ":s 001 bot"}) {
    CHECK(events(text).empty());
  }
}

TEST_CASE("a nick of a NAMES reply may have all its prefixes, and its user and host") {
  Isupport own;
  own.learn(*parse_line(":s 005 bot PREFIX=(qaohv)~&@%+ :are supported"));
  struct Case {
    const char* entry;
    std::pair<std::string, std::string> nick;
  };
  const Case cases[] = {{"bob", {"bob", ""}},
                        {"@bob", {"bob", "@"}},
                        {"@+bob", {"bob", "@"}},
                        {"~&@%+bob", {"bob", "~"}},
                        {"bob!~b@host.example", {"bob", ""}},
                        {"+bob!b@h", {"bob", "+"}},
                        {"~@+bob!~b@2001:db8::1", {"bob", "~"}}};
  for (const auto& [entry, nick] : cases) {
    CAPTURE(entry);
    NamesCollector names;
    names.add(own, *parse_line(std::string{":s 353 bot = #a :"} + entry));
    const auto reply = names.finish(own, *parse_line(":s 366 bot #a :End"));
    CHECK(reply.nicks == in::Nicks{nick});
  }
}

TEST_CASE("a NAMES reply is collected over its lines, prefixes apart, in the server's order") {
  NamesCollector names;
  names.add(isupport, *parse_line(":s 353 bot = #A :@op +voice plain "));
  names.add(isupport, *parse_line(":s 353 bot = #b :other"));
  names.add(isupport, *parse_line(":s 353 bot = #a :@+both"));
  const auto reply = names.finish(isupport, *parse_line(":s 366 bot #a :End"));
  CHECK(reply.channel == "#a");
  CHECK(reply.nicks == in::Nicks{{"op", "@"}, {"voice", "+"}, {"plain", ""}, {"both", "@"}});
  CHECK(names.finish(isupport, *parse_line(":s 366 bot #a :End")).nicks.empty());
  CHECK(names.finish(isupport, *parse_line(":s 366 bot #b :End")).nicks.size() == 1);
}

}  // namespace
}  // namespace tubes::irc

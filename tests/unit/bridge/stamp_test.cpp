#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/events.hpp>
#include <tubes/bridge/irc/stamp.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

using namespace std::string_literals;

TEST_CASE("a server's time is a moment of UTC with milliseconds, and nothing else is") {
  struct Case {
    const char* text;
    bool is_time;
  };
  const Case cases[] = {
      {"2012-04-01T10:00:00.000Z", true},
      {"0001-01-01T00:00:00.000Z", true},
      {"9999-12-31T23:59:59.999Z", true},
      {"2012-02-29T10:00:00.000Z", true},
      {"2012-06-30T23:59:60.419Z", true},  // a leap second
      {"2011-02-29T10:00:00.000Z", false},
      {"1900-02-29T10:00:00.000Z", false},
      {"2012-04-31T10:00:00.000Z", false},
      {"2012-00-01T10:00:00.000Z", false},
      {"2012-13-01T10:00:00.000Z", false},
      {"2012-04-00T10:00:00.000Z", false},
      {"2012-04-01T24:00:00.000Z", false},
      {"2012-04-01T10:60:00.000Z", false},
      {"2012-04-01T10:00:60.000Z", false},
      {"2012-04-01T23:59:61.000Z", false},
      {"2012-04-01T10:00:00Z", false},
      {"2012-04-01T10:00:00.00Z", false},
      {"2012-04-01T10:00:00.0000Z", false},
      {"2012-04-01T10:00:00.000", false},
      {"2012-04-01T10:00:00.000z", false},
      {"2012-04-01t10:00:00.000Z", false},
      {"2012-04-01 10:00:00.000Z", false},
      {"2012-04-01T10:00:00,000Z", false},
      {"2012-04-01T10:00:00.000+00:00", false},
      {" 012-04-01T10:00:00.000Z", false},
      {"-012-04-01T10:00:00.000Z", false},
      {"1333274400", false},
      {"", false},
  };
  for (const auto& [text, is_time] : cases) {
    CAPTURE(text);
    CHECK(is_server_time(text) == is_time);
    const auto line = parse_line("@time="s + text + " :a!b@c PRIVMSG #a :hi");
    REQUIRE(line);
    const bool whole = std::string_view{text}.find(' ') == std::string_view::npos;
    if (whole) CHECK(server_time(*line) == (is_time ? text : ""));
  }
}

TEST_CASE("a msgid is unescaped, becomes UTF-8, and is whole or left out") {
  const std::string longest(longest_message_id, 'x');
  struct Case {
    std::string tags, id;
  };
  const Case cases[] = {
      {"@msgid=63E1~033A", "63E1~033A"},
      {"@time=2012-04-01T10:00:00.000Z;msgid=a\\sb\\:c", "a b;c"},
      {"@msgid=caf\xE9", "café"},
      {"@msgid=café", "café"},
      {"@msgid=" + longest, longest},
      {"@msgid=" + longest + "x", ""},
      {"@msgid=a;msgid=b", "b"},
      {"@msgid", ""},
      {"@msgid=", ""},
      {"@+msgid=a", ""},
      {"@draft/msgid=a", ""},
  };
  for (const auto& [tags, id] : cases) {
    CAPTURE(tags);
    const auto line = parse_line(tags + " :a!b@c PRIVMSG #a :hi");
    REQUIRE(line);
    CHECK(message_id(*line) == id);
    CHECK(is_utf8(message_id(*line)));
  }
}

/// Time and msgid of a message, if its type has them.
struct Stamp {
  std::string time, msgid;
  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const Message& message) {
  return std::visit(
      [](const auto& each) -> Stamp {
        if constexpr (requires { each.msgid; }) return {each.time, each.msgid};
        return {"none", "none"};
      },
      message);
}

TEST_CASE("every message that comes of a line has its time and msgid, where the server gave them") {
  const Isupport isupport;
  for (const char* text :
       {":bob!b@h PRIVMSG #a :!hello",
        ":bob!b@h PRIVMSG #a :\x01"
        "ACTION waves\x01",
        ":bob!b@h NOTICE #a :hello", ":bob!b@h JOIN #a", ":bob!b@h PART #a :bye",
        ":bob!b@h QUIT :bye", ":bob!b@h TOPIC #a :new", ":bob!b@h KICK #a eve :out",
        ":bob!b@h NICK rob", ":bob!b@h MODE #a +o eve", ":bob!b@h INVITE bot #a"}) {
    CAPTURE(text);
    const auto events_with = [&](const std::string& tags) {
      return events_of(*parse_line(tags + text), {isupport, "bot", true});
    };
    const auto stamped = events_with("@time=2012-04-01T10:00:00.000Z;msgid=x1 ");
    CHECK(stamped.size() == (std::string_view{text}.ends_with("!hello") ? 2 : 1));
    for (const auto& event : stamped) {
      CHECK(stamp_of(event) == Stamp{"2012-04-01T10:00:00.000Z", "x1"});
    }
    CHECK(stamp_of(events_with("").at(0)) == Stamp{});
    CHECK(stamp_of(events_with("@account=x ").at(0)) == Stamp{});
    CHECK(stamp_of(events_with("@time=yesterday;msgid=x1 ").at(0)) == Stamp{"", "x1"});
  }
}

}  // namespace
}  // namespace tubes::irc

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

TEST_CASE("what others say, and who is there, is read in the network's encoding") {
  auto options = bot_options();
  options.fallback_encoding = *Encoding::named("koi8-r");
  Conversation c{options};
  c.register_as("bot");
  const auto said = events<in::Privmsg>(c.server(":\xF0!e@h PRIVMSG #\xD2 :\xC9 \xF0")).at(0);
  CHECK(said.sender == "П");
  CHECK(said.channel == "#р");
  CHECK(said.message == "и П");
  CHECK(events<in::Topic>(c.server(":eve!e@h TOPIC #a :\xC9")).at(0).topic == "и");
  c.server(":s 353 bot = #\xD2 :@\xF0 eve");
  const auto names = events<in::Names>(c.server(":s 366 bot #\xD2 :End")).at(0);
  CHECK(names.channel == "#р");
  CHECK(names.nicks == in::Nicks{{"П", "@"}, {"eve", ""}});
  c.server(":bot!u@h JOIN #\xD2");
  c.session.closed("gone");
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b,#\xD2\r\n");  // by the bytes that it has
}

TEST_CASE("formatting stays in a channel that it is not to be taken out of") {
  auto options = bot_options();
  options.strip_formatting.channels = {"#b"};
  Conversation c{options};
  c.register_as("bot");
  const auto message = [&](const std::string& channel) {
    return events<in::Privmsg>(c.server(":eve!e@h PRIVMSG " + channel + " :\x02x")).at(0).message;
  };
  CHECK(message("#a") == "\x02x");
  CHECK(message("#B") == "x");
}

}  // namespace
}  // namespace tubes::irc

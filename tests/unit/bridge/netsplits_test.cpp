#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

using Names = std::vector<std::string>;

struct Splitting : Conversation {
  Splitting() { register_as("bot"); }
};

TEST_CASE_FIXTURE(Splitting,
                  "who leaves by a netsplit is told at once, marked, and all of them at its end") {
  CHECK(server(":s BATCH +1 netsplit hub.example leaf.example").events.empty());
  CHECK(events<in::Quit>(server("@batch=1 :eve!e@h QUIT :hub.example leaf.example")) ==
        std::vector{in::Quit{"eve", "hub.example leaf.example", "net", "", "", "netsplit"}});
  CHECK(events<in::Quit>(server(":bob!b@h QUIT :bye")) ==
        std::vector{in::Quit{"bob", "bye", "net"}});
  CHECK(events<in::Quit>(server("@batch=1 :adam!a@h QUIT :hub.example leaf.example")).size() == 1);
  const auto end = server(":s BATCH -1");
  CHECK(end.events.size() == 1);
  CHECK(events<in::Netsplit>(end) ==
        std::vector{in::Netsplit{{"hub.example", "leaf.example"}, {"eve", "adam"}, "net"}});
  CHECK(end.warnings.empty());
}

TEST_CASE_FIXTURE(Splitting, "who comes back is told so, and at the end everyone once") {
  server(":s BATCH +1 netjoin hub.example leaf.example");
  for (const char* channel : {"#a", "#b"}) {
    const auto joins = events<in::Join>(server("@batch=1 :eve!e@h JOIN " + std::string{channel}));
    REQUIRE(joins.size() == 1);
    CHECK(joins[0].batch == "netjoin");
    CHECK(joins[0].channel == channel);
  }
  CHECK(events<in::Quit>(server("@batch=1 :bob!b@h QUIT :x")).at(0).batch.empty());
  CHECK(events<in::Netjoin>(server(":s BATCH -1")) ==
        std::vector{in::Netjoin{{"hub.example", "leaf.example"}, {"eve"}, "net"}});
}

TEST_CASE_FIXTURE(Splitting,
                  "what is marked by another batch, or by none that is open, is as ever") {
  server(":s BATCH +1 example.com/other x y");
  CHECK(events<in::Quit>(server("@batch=1 :eve!e@h QUIT :x")).at(0).batch.empty());
  CHECK(events<in::Quit>(server("@batch=2 :bob!b@h QUIT :x")).at(0).batch.empty());
  CHECK(server(":s BATCH -1").events.empty());
  CHECK(server(":s BATCH -2").events.empty());
}

TEST_CASE_FIXTURE(Splitting, "a netsplit that the connection did not outlast has no end") {
  server(":s BATCH +1 netsplit x y");
  server("@batch=1 :eve!e@h QUIT :x y");
  session.closed(now, "gone");
  session.take();
  register_as("bot");
  CHECK(server(":s BATCH -1").events.empty());
  server(":s BATCH +1 netsplit x y");
  CHECK(events<in::Netsplit>(server(":s BATCH -1")).at(0).nicks.empty());
}

TEST_CASE_FIXTURE(Splitting, "a batch of history is no news, a netsplit in it neither") {
  server(":s BATCH +1 chathistory #a");
  CHECK(server("@batch=1 :eve!e@h PRIVMSG #a :!deploy").events.empty());
  CHECK(server("@batch=1 :bot!u@h JOIN #z").events.empty());
  server("@batch=1 :s BATCH +2 netsplit x y");
  CHECK(server("@batch=2 :eve!e@h QUIT :x y").events.empty());
  CHECK(server("@batch=1 :s BATCH -2").events.empty());
  CHECK(server(":s BATCH -1").events.empty());
  CHECK(server(":eve!e@h PRIVMSG #a :!deploy").events.size() == 2);
  session.closed(now, "gone");
  CHECK(register_as("bot").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE_FIXTURE(Splitting, "a netsplit without an end is bounded, with one warning") {
  server(":s BATCH +1 netsplit x y");
  std::size_t warnings = 0;
  for (int i = 0; i < 300; ++i) {
    const auto nick = std::to_string(i) + std::string(1000, 'n');
    const auto output = server("@batch=1 :" + nick + "!u@h QUIT :x y");
    warnings += output.warnings.size();
    CHECK(output.events.size() == 1);
  }
  CHECK(warnings == 1);
  const auto nicks = events<in::Netsplit>(server(":s BATCH -1")).at(0).nicks;
  CHECK(nicks.size() > 250);
  CHECK(nicks.size() < 265);
}

}  // namespace
}  // namespace tubes::irc

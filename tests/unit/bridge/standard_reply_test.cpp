#include <doctest/doctest.h>

#include <tubes/bridge/irc/standard_reply.hpp>

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

using Kind = StandardReply::Kind;
using Context = std::vector<std::string>;

std::optional<StandardReply> reply_of(const std::string& line) {
  return standard_reply(*parse_line(line));
}

TEST_CASE("a standard reply is read into kind, command, code, context and description") {
  const auto fail = reply_of(":s FAIL ACC REG_INVALID_CALLBACK REGISTER :Email is not valid");
  REQUIRE(fail);
  CHECK(fail->kind == Kind::fail);
  CHECK(fail->command == "ACC");
  CHECK(fail->code == "REG_INVALID_CALLBACK");
  CHECK(fail->context == Context{"REGISTER"});
  CHECK(fail->description == "Email is not valid");
  const auto note = reply_of("NOTE * OPER_MESSAGE :Registering new accounts is suspended");
  REQUIRE(note);
  CHECK(note->kind == Kind::note);
  CHECK(note->command.empty());
  CHECK(note->context.empty());
  const auto warn = reply_of(":s WARN REHASH CERTS_EXPIRED one two :Certificate has expired");
  REQUIRE(warn);
  CHECK(warn->kind == Kind::warn);
  CHECK(warn->context == Context{"one", "two"});
}

TEST_CASE("what lacks the code or the description is no standard reply, nor is another command") {
  for (const char* line :
       {"FAIL", "FAIL JOIN", "FAIL JOIN CODE", "FAILS JOIN CODE :x", "NOTICE JOIN CODE :x"}) {
    CAPTURE(line);
    CHECK_FALSE(reply_of(line));
  }
}

TEST_CASE("a standard reply is a warning in the log, printable and without a secret") {
  auto options = bot_options();
  options.password = "hunter2";
  Conversation c{options};
  c.register_as("bot");
  const auto output = c.server(":s FAIL JOIN INVALID #a :no \x02such\x02 channel, hunter2");
  REQUIRE(output.warnings.size() == 1);
  CHECK(output.warnings[0] == "FAIL JOIN INVALID #a: no ?such? channel, ***");
  CHECK(output.events.empty());
  CHECK(c.server(":s NOTE * HELLO :welcome").warnings.at(0) == "NOTE HELLO: welcome");
  CHECK(c.server(":s WARN PASS").warnings.empty());
}

}  // namespace
}  // namespace tubes::irc

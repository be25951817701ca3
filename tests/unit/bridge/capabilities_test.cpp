#include <string>

#include <doctest/doctest.h>

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

struct Negotiation : Conversation {
  Negotiation() {
    session.connected(now);
    session.take();
  }
};

TEST_CASE_FIXTURE(Negotiation, "of what a server has we ask for what tells who speaks") {
  CHECK(server(":s CAP * LS :sasl=PLAIN message-tags account-tag=x").bytes ==
        "CAP REQ :account-tag message-tags\r\n");
  CHECK(server(":s CAP bot ACK :account-tag message-tags").bytes == "CAP END\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "an offer may take several lines") {
  CHECK(server(":s CAP * LS * :account-tag sts=port=6697").bytes.empty());
  CHECK(server(":s CAP * LS :cap-notify").bytes == "CAP REQ :account-tag\r\n");
  CHECK(server(":s CAP bot NAK :account-tag").bytes == "CAP END\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "the value of sts is told at once and once, and never asked for") {
  const auto first = server(":s CAP * LS * :account-tag sts=port=6697,duration=1");
  CHECK(first.sts == "port=6697,duration=1");
  CHECK(first.bytes.empty());
  const auto last = server(":s CAP * LS :message-tags");
  CHECK_FALSE(last.sts);
  CHECK(last.bytes == "CAP REQ :account-tag message-tags\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "an sts without a value, or on another name, is none") {
  CHECK_FALSE(server(":s CAP * LS :sts stsx=port=1 draft/sts=port=1").sts);
}

TEST_CASE_FIXTURE(Negotiation, "a server that has nothing of it is left in peace") {
  CHECK(server(":s CAP * LS :multi-prefix account-tagged").bytes == "CAP END\r\n");
  CHECK(server(":s CAP * LS :account-tag").bytes.empty());
}

TEST_CASE_FIXTURE(Negotiation, "an offer without a list is one of nothing") {
  CHECK(server(":s CAP * LS").bytes == "CAP END\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "a server that knows no CAP makes no warning") {
  CHECK(server(":s 421 * CAP :Unknown command").warnings.empty());
  CHECK(server(":s 421 * WHAT :Unknown command").warnings.size() == 1);
}

TEST_CASE_FIXTURE(Negotiation, "what a server says of capabilities later is passed over") {
  server(":s CAP * LS :");
  CHECK(server(":s CAP bot NEW :account-tag").bytes.empty());
  CHECK(server(":s CAP bot").bytes.empty());
}

TEST_CASE_FIXTURE(Negotiation, "each connection begins with the question") {
  server(":s CAP * LS :account-tag");
  session.closed("gone");
  session.connected(now);
  CHECK(session.take().bytes.starts_with("CAP LS 302\r\nNICK "));
  CHECK(server(":s CAP * LS :message-tags").bytes == "CAP REQ :message-tags\r\n");
}

}  // namespace
}  // namespace tubes::irc

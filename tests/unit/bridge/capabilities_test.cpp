#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/capabilities.hpp>

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

TEST_CASE_FIXTURE(Negotiation, "an sts that comes later counts as well, and none is taken away") {
  CHECK_FALSE(server(":s CAP * LS :account-tag").sts);
  const auto later = server(":s CAP bot NEW :sts=duration=0");
  CHECK(later.sts == "duration=0");
  CHECK(later.bytes.empty());
  const auto gone = server(":s CAP bot DEL :sts");
  CHECK_FALSE(gone.sts);
  CHECK(gone.bytes.empty());
}

TEST_CASE_FIXTURE(Negotiation, "an sts without a value, or on another name, is none") {
  CHECK_FALSE(server(":s CAP * LS :sts stsx=port=1 draft/sts=port=1").sts);
}

TEST_CASE_FIXTURE(Negotiation, "a server that has nothing of it is left in peace") {
  CHECK(server(":s CAP * LS :some-notify account-tagged").bytes == "CAP END\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "an offer without a list is one of nothing") {
  CHECK(server(":s CAP * LS").bytes == "CAP END\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "a server that knows no CAP makes no warning") {
  CHECK(server(":s 421 * CAP :Unknown command").warnings.empty());
  CHECK(server(":s 421 * WHAT :Unknown command").warnings.size() == 1);
}

TEST_CASE_FIXTURE(Negotiation, "one capability that is refused does not cost the others") {
  server(":s CAP * LS :account-tag message-tags");
  CHECK(server(":s CAP * NAK :account-tag message-tags").bytes == "CAP REQ :account-tag\r\n");
  CHECK(server(":s CAP * NAK :account-tag").bytes == "CAP REQ :message-tags\r\n");
  CHECK(server(":s CAP * ACK :message-tags").bytes == "CAP END\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "what an acknowledgement leaves out is asked for once more") {
  server(":s CAP * LS :account-tag message-tags");
  CHECK(server(":s CAP * ACK :message-tags").bytes == "CAP REQ :account-tag\r\n");
  CHECK(server(":s CAP * NAK :account-tag").bytes == "CAP END\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "an acknowledgement may take several lines") {
  server(":s CAP * LS :account-tag message-tags");
  CHECK(server(":s CAP * ACK * :message-tags").bytes.empty());
  CHECK(server(":s CAP * ACK :account-tag").bytes == "CAP END\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "a capability that comes later is asked for if it is wanted") {
  server(":s CAP * LS :account-tag");
  server(":s CAP * ACK :account-tag");
  server(":s 001 bot :Welcome");
  CHECK(server(":s CAP bot NEW :account-tag some-notify").bytes.empty());
  CHECK(server(":s CAP bot NEW :message-tags=1").bytes == "CAP REQ :message-tags\r\n");
  CHECK(server(":s CAP bot ACK :message-tags").bytes.empty());
  CHECK(server(":s CAP bot").bytes.empty());
}

TEST_CASE_FIXTURE(Negotiation, "a capability that is gone is asked for when it comes back") {
  server(":s CAP * LS :account-tag");
  server(":s CAP * ACK :account-tag");
  server(":s 001 bot :Welcome");
  CHECK(server(":s CAP bot DEL :account-tag").bytes.empty());
  CHECK(server(":s CAP bot NEW :account-tag").bytes == "CAP REQ :account-tag\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "what was refused is asked for again only when it comes anew") {
  server(":s CAP * LS :account-tag");
  server(":s CAP * NAK :account-tag");
  CHECK(server(":s CAP * NEW :message-tags").bytes == "CAP REQ :message-tags\r\n");
  CHECK(server(":s CAP * ACK :message-tags").bytes.empty());
  CHECK(server(":s CAP * NEW :account-tag").bytes == "CAP REQ :account-tag\r\n");
}

TEST_CASE_FIXTURE(Negotiation, "what is new while an answer is waited for is asked for after it") {
  server(":s CAP * LS :account-tag");
  CHECK(server(":s CAP * NEW :message-tags").bytes.empty());
  CHECK(server(":s CAP * ACK :account-tag").bytes == "CAP REQ :message-tags\r\n");
  CHECK(server(":s CAP * NAK :message-tags").bytes == "CAP END\r\n");
  CHECK(server(":s CAP * NAK :message-tags").bytes.empty());
}

TEST_CASE_FIXTURE(Negotiation, "each connection begins with the question") {
  server(":s CAP * LS :account-tag");
  session.closed(now, "gone");
  session.connected(now);
  CHECK(session.take().bytes.starts_with("CAP LS 302\r\nNICK "));
  CHECK(server(":s CAP * LS :message-tags").bytes == "CAP REQ :message-tags\r\n");
}

TEST_CASE("what a server has is known with its value, and only while we have it") {
  const auto line = [](std::string_view text) { return *parse_line(text); };
  CapabilityNegotiation negotiation{true};
  negotiation.begin();
  CHECK_FALSE(negotiation.settled());
  CHECK(negotiation.answer(line("CAP * LS :sasl=PLAIN,EXTERNAL other=x")) == "CAP REQ :sasl\r\n");
  CHECK_FALSE(negotiation.has("sasl"));
  negotiation.answer(line("CAP * ACK :sasl other"));
  CHECK(negotiation.settled());
  CHECK(negotiation.has("sasl"));
  CHECK_FALSE(negotiation.has("other"));
  CHECK(negotiation.value("sasl") == "PLAIN,EXTERNAL");
  CHECK(negotiation.end() == "CAP END\r\n");
  CHECK(negotiation.end().empty());
  negotiation.answer(line("CAP * ACK :-sasl"));
  CHECK_FALSE(negotiation.has("sasl"));
}

}  // namespace
}  // namespace tubes::irc

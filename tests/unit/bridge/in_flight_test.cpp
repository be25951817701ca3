#include <chrono>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/in_flight.hpp>

namespace tubes::irc {
namespace {

using namespace std::chrono_literals;

struct Flight {
  InFlight lines;
  Isupport isupport;
  bool labels = false;
  Time now = 100s;

  std::string send(std::uint64_t ticket, const std::string& line) {
    return lines.send(now, ticket, line + "\r\n", isupport, labels);
  }

  /// What has ended, as "ticket outcome code".
  std::string hear(std::string_view text) {
    std::string all;
    for (const auto& [ticket, fate] : lines.hear(*parse_line(text), isupport, "bot")) {
      all += (all.empty() ? "" : ", ") + std::to_string(ticket) + ' ' + name(fate.outcome);
      if (!fate.code.empty()) all += ' ' + fate.code;
    }
    return all;
  }

  static std::string name(Outcome outcome) {
    switch (outcome) {
      case Outcome::confirmed:
        return "confirmed";
      case Outcome::sent:
        return "sent";
      case Outcome::unknown:
        return "unknown";
      case Outcome::failed:
        break;
    }
    return "failed";
  }
};

TEST_CASE_FIXTURE(Flight, "an answered PING behind a line stands for its being sent") {
  CHECK(send(1, "PRIVMSG #a :hi") == "PRIVMSG #a :hi\r\n");
  CHECK(lines.end_window(now) == "PING receipt-1\r\n");
  CHECK(lines.end_window(now).empty());
  CHECK(hear(":s PONG s :other").empty());
  CHECK(hear(":s PONG s :receipt-2").empty());
  CHECK(hear(":s PONG s :receipt-1") == "1 sent");
  CHECK(hear(":s PONG s :receipt-1").empty());
}

TEST_CASE_FIXTURE(Flight, "what nobody wants to know of is not asked about") {
  CHECK(send(0, "PRIVMSG #a :hi") == "PRIVMSG #a :hi\r\n");
  CHECK(lines.end_window(now).empty());
  CHECK(hear(":s 404 bot #a :Cannot send").empty());
}

TEST_CASE_FIXTURE(Flight, "an error is about the line to the target that it names") {
  send(1, "PRIVMSG #a :hi");
  send(2, "PRIVMSG Nick[ :hi");
  lines.end_window(now);
  CHECK(hear(":s 401 bot nick{ :No such nick") == "2 failed 401");
  CHECK(hear(":s 301 bot #a :is away").empty());
  CHECK(hear(":s PONG s :receipt-1") == "1 sent");
}

TEST_CASE_FIXTURE(Flight,
                  "an error may name the command, or nothing where one line alone is meant") {
  send(1, "PRIVMSG #a :hi");
  lines.end_window(now);
  CHECK(hear(":s 421 bot PRIVMSG :Unknown command") == "1 failed 421");
  hear(":s PONG s :receipt-1");
  send(2, "MODE other +i");
  lines.end_window(now);
  CHECK(hear(":s 502 bot :Cannot change mode for other users") == "2 failed 502");
}

TEST_CASE_FIXTURE(Flight, "a status of a channel is refused under the channel's name") {
  isupport.statuses = "@";
  send(1, "PRIVMSG @#a :hi");
  lines.end_window(now);
  CHECK(hear(":s 404 bot #A :Cannot send") == "1 failed 404");
}

TEST_CASE_FIXTURE(
    Flight, "two messages to one target have a PING between, which tells their errors apart") {
  CHECK(send(1, "PRIVMSG #a :one") == "PRIVMSG #a :one\r\n");
  CHECK(send(2, "PRIVMSG #a :two") == "PING receipt-1\r\nPRIVMSG #a :two\r\n");
  lines.end_window(now);
  CHECK(hear(":s PONG s :receipt-1") == "1 sent");
  CHECK(hear(":s 404 bot #a :Cannot send") == "2 failed 404");
  CHECK(hear(":s PONG s :receipt-2").empty());
}

TEST_CASE_FIXTURE(Flight,
                  "lines that nobody wants to know of are kept apart from those, either way") {
  send(0, "PRIVMSG #a :one");
  CHECK(send(1, "PRIVMSG #a :two") == "PING receipt-1\r\nPRIVMSG #a :two\r\n");
  CHECK(send(0, "PRIVMSG #a :three") == "PING receipt-2\r\nPRIVMSG #a :three\r\n");
  CHECK(hear(":s 404 bot #a :about the first").empty());
  CHECK(hear(":s PONG s :receipt-1").empty());
  CHECK(hear(":s PONG s :receipt-2") == "1 sent");
  CHECK(hear(":s 404 bot #a :about the third").empty());
}

TEST_CASE_FIXTURE(Flight, "the parts of one message need no PING between, and each has its fate") {
  send(1, "PRIVMSG #a :one");
  CHECK(send(1, "PRIVMSG #a :two") == "PRIVMSG #a :two\r\n");
  lines.end_window(now);
  CHECK(hear(":s 404 bot #a :Cannot send") == "1 failed 404");
  CHECK(hear(":s PONG s :receipt-1") == "1 sent");
}

TEST_CASE_FIXTURE(Flight, "what is said before a PING is answered is about what left before it") {
  send(1, "PRIVMSG #a :one");
  send(2, "PRIVMSG #a :two");
  lines.end_window(now);
  CHECK(hear(":s 404 bot #a :Cannot send") == "1 failed 404");
  CHECK(hear(":s 404 bot #a :Cannot send").empty());
  CHECK(hear(":s PONG s :receipt-1").empty());
  CHECK(hear(":s PONG s :receipt-2") == "2 sent");
}

TEST_CASE_FIXTURE(Flight, "an echo confirms the line that it repeats, to the letter") {
  send(1, "PRIVMSG #a :one");
  send(2, "NOTICE #b :two");
  lines.end_window(now);
  CHECK(hear(":bot!u@h PRIVMSG #a :On").empty());
  CHECK(hear(":other!u@h PRIVMSG #a :one").empty());
  CHECK(hear(":bot!u@h NOTICE #a :one").empty());
  const auto ended =
      lines.hear(*parse_line("@msgid=m7;time=2012-04-01T10:00:00.000Z :BOT!u@h PRIVMSG #A :one"),
                 isupport, "bot");
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].ticket == 1);
  CHECK(ended[0].fate.outcome == Outcome::confirmed);
  CHECK(ended[0].fate.msgid == "m7");
  CHECK(ended[0].fate.time == "2012-04-01T10:00:00.000Z");
  CHECK(hear(":s PONG s :receipt-1") == "2 sent");
}

TEST_CASE_FIXTURE(
    Flight, "a server that never answers a PING leaves the fate unknown, and nothing behind") {
  send(1, "PRIVMSG #a :hi");
  lines.end_window(now);
  send(2, "PRIVMSG #a :again");
  REQUIRE(lines.deadline());
  CHECK(lines.overdue(now + 119s).empty());
  const auto ended = lines.overdue(now + 120s);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].ticket == 1);
  CHECK(ended[0].fate.outcome == Outcome::unknown);
  CHECK(ended[0].fate.code == "no_answer");
  CHECK(hear(":s PONG s :receipt-1").empty());
  CHECK(lines.deadline() == now + 10s);
}

TEST_CASE_FIXTURE(Flight,
                  "an error may be about any item that a line names, and about none of its text") {
  send(1, "INVITE bob #c");
  lines.end_window(now);
  CHECK(hear(":s 482 bot #c :You're not channel operator") == "1 failed 482");
  hear(":s PONG s :receipt-1");
  send(2, "JOIN #c,#d");
  lines.end_window(now);
  CHECK(hear(":s 474 bot #d :Cannot join channel") == "2 failed 474");
  hear(":s PONG s :receipt-2");
  send(3, "PRIVMSG #a :#c");
  send(4, "PRIVMSG #b :hi");
  lines.end_window(now);
  CHECK(hear(":s 404 bot #c :Cannot send").empty());
  CHECK(hear(":s FAIL PRIVMSG NO_WAY #b :not there") == "4 failed NO_WAY");
  CHECK(hear(":s FAIL * TOO_BUSY :later") == "3 failed TOO_BUSY");
}

struct Labelled : Flight {
  Labelled() { labels = true; }
};

TEST_CASE_FIXTURE(Labelled, "with labels the answer names the line, in whatever order it comes") {
  CHECK(send(1, "PRIVMSG #a :one") == "@label=1 PRIVMSG #a :one\r\n");
  CHECK(send(0, "PRIVMSG #a :not asked about") == "PRIVMSG #a :not asked about\r\n");
  CHECK(send(2, "PRIVMSG #a :two") == "@label=2 PRIVMSG #a :two\r\n");
  send(3, "PRIVMSG #a :three");
  CHECK(lines.end_window(now).empty());
  CHECK(hear("@label=3 :s 404 bot #a :Cannot send") == "3 failed 404");
  CHECK(hear(":s 404 bot #a :Cannot send").empty());
  CHECK(hear("@label=1 :bot!u@h PRIVMSG #a :censored") == "1 confirmed");
  CHECK(hear("@label=2 :s ACK") == "2 sent");
  CHECK(hear("@label=2 :s ACK").empty());
}

TEST_CASE_FIXTURE(Labelled, "an error without a label is about no line that has one") {
  send(1, "PRIVMSG #a :one");
  CHECK(hear(":s 431 bot :No nickname given").empty());
  CHECK(hear(":s 404 bot #a :Cannot send").empty());
  CHECK(hear("@label=1 :bot!u@h PRIVMSG #a :one") == "1 confirmed");
}

TEST_CASE_FIXTURE(Labelled, "after a line whose fate is known the next one needs no PING") {
  send(1, "PRIVMSG #a :one");
  hear("@label=1 :bot!u@h PRIVMSG #a :one");
  CHECK(send(2, "PRIVMSG #a :two") == "@label=2 PRIVMSG #a :two\r\n");
}

TEST_CASE_FIXTURE(Labelled, "a BATCH that says nothing is passed over") {
  send(1, "PRIVMSG #a :one");
  CHECK(hear("@label=1 BATCH").empty());
  CHECK(hear("@label=1 BATCH +").empty());
  CHECK(hear("@batch= :s 404 bot #a :no").empty());
  CHECK(hear("@label= :s 404 bot #a :no").empty());
  CHECK(hear("@label=1 :s ACK") == "1 sent");
}

TEST_CASE_FIXTURE(Labelled, "an answer may be a batch") {
  send(1, "PRIVMSG bob :one");
  CHECK(hear("@label=1 :s BATCH +r1 labeled-response").empty());
  CHECK(hear("@batch=r1 :s 301 bot bob :is away").empty());
  CHECK(hear("@batch=r1 :bot!u@h PRIVMSG bob :one") == "1 confirmed");
  CHECK(hear(":s BATCH -r1").empty());
  send(2, "PRIVMSG bob :two");
  hear("@label=2 :s BATCH +r2 labeled-response");
  CHECK(hear("@batch=other :s 404 bot bob :no").empty());
  CHECK(hear("@batch=r2 :s 301 bot bob :is away").empty());
  CHECK(hear(":s BATCH -r2") == "2 sent");
  send(3, "WHOIS bob");
  hear("@label=3 :s BATCH +r3 labeled-response");
  CHECK(hear("@batch=r3 :s 311 bot bob u h * :Bob").empty());
  CHECK(hear(":s BATCH -r3") == "3 confirmed");
  send(4, "WHOIS nobody");
  hear("@label=4 :s BATCH +r4 labeled-response");
  CHECK(hear("@batch=r4 :s 401 bot nobody :No such nick") == "4 failed 401");
}

TEST_CASE_FIXTURE(Labelled, "a standard reply may be the answer") {
  send(1, "PRIVMSG #a :one");
  CHECK(hear("@label=1 :s FAIL PRIVMSG CANNOT_SEND #a :No") == "1 failed CANNOT_SEND");
}

TEST_CASE_FIXTURE(Labelled, "an answer that is long in coming is asked for by a PING") {
  send(1, "PRIVMSG #a :one");
  REQUIRE(lines.deadline());
  CHECK(*lines.deadline() == now + 10s);
  CHECK(lines.tick(now + 9999ms).empty());
  CHECK(lines.tick(now + 10s) == "PING receipt-1\r\n");
  CHECK(lines.tick(now + 11s).empty());
  CHECK(hear(":s PONG s :receipt-1") == "1 sent");
  CHECK_FALSE(lines.deadline());
}

TEST_CASE_FIXTURE(Labelled, "a server's batches that answer nothing are not kept") {
  send(1, "PRIVMSG #a :one");
  CHECK(hear("@label=77 :s BATCH +r labeled-response").empty());
  CHECK(hear("@batch=r :s 404 bot #a :no").empty());
}

}  // namespace
}  // namespace tubes::irc

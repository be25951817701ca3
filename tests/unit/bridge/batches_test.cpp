#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/batches.hpp>
#include <tubes/bridge/irc/playback.hpp>

namespace tubes::irc {
namespace {

struct Server {
  Batches batches;

  std::vector<std::string> says(const std::string& line) {
    std::vector<std::string> ended;
    for (const auto& batch : batches.hear(*parse_line(line))) ended.push_back(batch.reference);
    return ended;
  }
  const Batch* of(const std::string& reference) {
    return batches.of(*parse_line("@batch=" + reference + " :eve!e@h PRIVMSG #a :x"));
  }
};

using References = std::vector<std::string>;

TEST_CASE_FIXTURE(Server, "what a line's batch is can be asked while it is open") {
  CHECK(of("1") == nullptr);
  CHECK(says("@label=xy :s BATCH +1 example.com/type one two").empty());
  const auto* const batch = of("1");
  REQUIRE(batch != nullptr);
  CHECK(batch->type() == "example.com/type");
  CHECK(batch->param(0) == "one");
  CHECK(batch->param(1) == "two");
  CHECK(batch->param(2).empty());
  CHECK(batch->opening.tag("label") == "xy");
  CHECK(batch->reference == "1");
  CHECK(batches.around(*batch) == nullptr);
  CHECK(batches.of(*parse_line(":eve!e@h PRIVMSG #a :x")) == nullptr);
  CHECK(of("2") == nullptr);
  CHECK(says(":s BATCH -1") == References{"1"});
  CHECK(of("1") == nullptr);
  CHECK(says(":s BATCH -1").empty());
}

TEST_CASE_FIXTURE(Server, "a batch within a batch knows that one, and ends with it at the latest") {
  says("BATCH +outer a");
  says("@batch=outer BATCH +inner b");
  says("@batch=inner BATCH +innermost c");
  says("BATCH +other d");
  const auto* const innermost = of("innermost");
  REQUIRE(innermost != nullptr);
  REQUIRE(batches.around(*innermost) != nullptr);
  CHECK(batches.around(*innermost)->type() == "b");
  CHECK(batches.around(*of("inner"))->type() == "a");
  CHECK(says("BATCH -outer") == References{"innermost", "inner", "outer"});
  CHECK(of("innermost") == nullptr);
  CHECK(of("other") != nullptr);
}

TEST_CASE_FIXTURE(Server, "a batch that is opened again begins anew, and is never in itself") {
  says("BATCH +1 a");
  CHECK(says("@batch=1 BATCH +1 b") == References{"1"});
  REQUIRE(of("1") != nullptr);
  CHECK(of("1")->type() == "b");
  CHECK(batches.around(*of("1")) == nullptr);
}

TEST_CASE_FIXTURE(Server, "no more batches than the limit are open, and broken lines open none") {
  for (std::size_t i = 0; i < 2 * Batches::limit; ++i) says("BATCH +" + std::to_string(i) + " a");
  CHECK(of(std::to_string(Batches::limit - 1)) != nullptr);
  CHECK(of(std::to_string(Batches::limit)) == nullptr);
  says("BATCH -0");
  says("BATCH +new a");
  CHECK(of("new") != nullptr);
  batches.clear();
  CHECK(of("new") == nullptr);
  for (const char* line : {"BATCH", "BATCH + a", "BATCH new a", "BATCH :", "BATCH -"}) {
    CHECK(says(line).empty());
  }
  CHECK(of("new") == nullptr);
  CHECK(of("") == nullptr);
}

TEST_CASE_FIXTURE(Server, "what is in a batch of history, however deep, is played back") {
  const auto played_back = [&](const std::string& reference) {
    return is_played_back(batches, *parse_line("@batch=" + reference + " :e!e@h JOIN #a"));
  };
  says("BATCH +1 chathistory #a");
  says("BATCH +2 znc.in/playback #a");
  says("@batch=1 BATCH +3 netsplit x y");
  says("BATCH +4 netsplit x y");
  CHECK(played_back("1"));
  CHECK(played_back("2"));
  CHECK(played_back("3"));
  CHECK_FALSE(played_back("4"));
  CHECK_FALSE(played_back("5"));
}

}  // namespace
}  // namespace tubes::irc

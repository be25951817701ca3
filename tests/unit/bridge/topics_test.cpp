#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/config.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/config/topics.hpp>

// What the topics are called: in a configuration, and in what a bridge says of them.

using namespace tubes;
using config::Topics;
using config::topics_from;
using config::TopicsInUse;

namespace {

bridge::Config parsed(const std::string& shared, const std::string& own) {
  const std::string network = R"("server": "ircs://h", "nick": "bot")";
  return bridge::parse_config("bridge.json", R"({"bus": "memory://x")" + shared +
                                                 R"(, "networks": {"a": {)" + network +
                                                 R"(}, "b": {)" + network + own + "}}}");
}

}  // namespace

TEST_CASE("the topic of receipts can be named, for all networks and for one") {
  CHECK(parsed("", "").topics.of("a") == Topics{"in", "out", "receipts"});
  const auto config =
      parsed(R"(, "topics": {"receipts": "r"})", R"(, "topics": {"receipts": "b.r"})");
  CHECK(config.topics.of("a") == Topics{"in", "out", "r"});
  CHECK(config.topics.of("b") == Topics{"in", "out", "b.r"});
}

TEST_CASE("a network with topics of its own gives its receipts where all do, unless it says") {
  const auto config =
      parsed(R"(, "topics": {"receipts": "r"})", R"(, "topics": {"in": "b.in", "out": "b.out"})");
  CHECK(config.topics.of("b") == Topics{"b.in", "b.out", "r"});
}

TEST_CASE("a topic of receipts that is none is refused with its place") {
  CHECK_THROWS_WITH_AS(parsed(R"(, "topics": {"receipts": "a b"})", ""),
                       doctest::Contains("topics.receipts"), Error);
}

TEST_CASE("the topics of a network are three, whoever named them") {
  const auto refused = [](const char* shared, const char* own, const char* why) {
    CHECK_THROWS_WITH_AS(parsed(shared, own), why, Error);
  };
  refused(R"(, "topics": {"in": "x", "out": "x"})", "",
          "bridge.json: topics: in and out are both \"x\": each needs a topic of its own");
  refused(R"(, "topics": {"in": "receipts"})", "",
          "bridge.json: topics: in and receipts are both \"receipts\": each needs a topic of its "
          "own");
  refused(R"(, "topics": {"receipts": "r"})", R"(, "topics": {"out": "r"})",
          "bridge.json: networks.b.topics: out and receipts are both \"r\": each needs a topic of "
          "its own");
  CHECK(parsed("", R"(, "topics": {"in": "out", "out": "in"})").topics.of("b") ==
        Topics{"out", "in", "receipts"});
}

TEST_CASE("the check of a configuration shows where receipts are given, and in which format") {
  const auto text =
      describe(parsed(R"(, "wire": {"in": "protobuf"})", R"(, "topics": {"receipts": "b.r"})"));
  CHECK(text.find("topics: in \"in\" (protobuf), out \"out\" (json), receipts \"receipts\" "
                  "(protobuf)\n") != text.npos);
  CHECK(text.find("receipts \"b.r\" (protobuf)\n") != text.npos);
}

TEST_CASE("what a bridge says of its topics is what its services read") {
  const TopicsInUse topics{{"i", "o", "r"}, {{"libera", {"libera.in", "libera.out", "libera.r"}}}};
  const auto read = topics_from(to_text(topics));
  CHECK(read.shared == topics.shared);
  CHECK(read.networks == topics.networks);
}

TEST_CASE("a bridge that gave no receipts yet named no topic for them") {
  const auto read =
      topics_from(R"({"in":"i","out":"o","networks":{"libera":{"in":"li","out":"lo"}}})");
  CHECK(read.of("") == Topics{"i", "o", "receipts"});
  CHECK(read.of("libera") == Topics{"li", "lo", "receipts"});
  CHECK(
      topics_from(R"({"in":"i","out":"o","receipts":"r","networks":{"n":{"in":"li","out":"lo"}}})")
          .of("n") == Topics{"li", "lo", "r"});
}

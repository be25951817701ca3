#include <initializer_list>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/protocol.hpp>

using namespace tubes::zeromq;
using tubes::RetainedCall;

namespace {

const std::string seven("\0\0\0\0\0\0\0\7", 8);

using Views = std::vector<std::string_view>;

Views views(const OwnedFrames& frames) {
  return {frames.begin(), frames.end()};
}

template <class Kind>
Kind request_of(const Views& frames) {
  const auto request = parse_request(frames);
  REQUIRE(std::holds_alternative<Kind>(request));
  return std::get<Kind>(request);
}

template <class Kind>
Kind reply_of(const Views& frames) {
  const auto reply = parse_reply(frames);
  REQUIRE(std::holds_alternative<Kind>(reply));
  return std::get<Kind>(reply);
}

}  // namespace

TEST_CASE("a number is eight bytes, most significant first") {
  CHECK(encoded(0x0102030405060708) == "\1\2\3\4\5\6\7\10");
  for (const std::uint64_t number : {0ULL, 7ULL, 255ULL, 256ULL, ~0ULL})
    CHECK(decoded(encoded(number)) == number);
  CHECK_FALSE(decoded("1234567"));
  CHECK_FALSE(decoded("123456789"));
  CHECK_FALSE(decoded(""));
}

TEST_CASE("two frames are a publish, whatever is in them") {
  const auto publish = request_of<Publish>({"in", std::string_view("\0\xff", 2)});
  CHECK(publish.topic == "in");
  CHECK(publish.payload == std::string_view("\0\xff", 2));
  CHECK(request_of<Publish>({"", ""}).topic.empty());
  CHECK(request_of<Publish>({"$unknown", ""}).topic == "$unknown");
}

TEST_CASE("a publish of any other number of frames is malformed, and counts as a publish") {
  for (const Views& frames : {Views{}, Views{"in"}, Views{"in", "a", "b"}, Views{"$x"},
                              Views{"", "a", "b", "c", "d", "e"}}) {
    const auto malformed = request_of<Malformed>(frames);
    CHECK(malformed.is_publish);
    CHECK(malformed.why == "a publish must be the two frames [topic, payload], not " +
                               std::to_string(frames.size()));
  }
}

TEST_CASE("a hello carries the version") {
  CHECK(hello() == OwnedFrames{"$hello", "1"});
  CHECK(request_of<Hello>({"$hello", "2"}).version == "2");
}

TEST_CASE("calls on retained values are read as they were written") {
  using Kind = RetainedCall::Kind;
  CHECK(request({7, Kind::put, "nick", "zbot"}) == OwnedFrames{"$put", seven, "nick", "zbot"});
  CHECK(request({7, Kind::get, "nick", "ignored"}) == OwnedFrames{"$get", seven, "nick"});
  CHECK(request({7, Kind::remove, "nick", ""}) == OwnedFrames{"$remove", seven, "nick"});
  for (const auto kind : {Kind::put, Kind::get, Kind::remove}) {
    const auto frames = request({7, kind, "nick", kind == Kind::put ? "zbot" : ""});
    const auto call = request_of<RetainedCall>(views(frames));
    CHECK(call.id == 7);
    CHECK(call.kind == kind);
    CHECK(call.key == "nick");
    CHECK(call.value == (kind == Kind::put ? "zbot" : ""));
  }
}

TEST_CASE("a malformed control message says what it must be, and is no publish") {
  for (const Views& frames :
       {Views{"$hello"}, Views{"$hello", "1", "x"}, Views{"$put"}, Views{"$put", seven, "key"},
        Views{"$put", "short", "key", "value"}, Views{"$put", seven, "key", "value", "x"},
        Views{"$get", seven}, Views{"$get", "short", "key"}, Views{"$get", seven, "key", "x"},
        Views{"$remove"}, Views{"$remove", "", "key"}}) {
    const auto malformed = request_of<Malformed>(frames);
    CHECK_FALSE(malformed.is_publish);
    CHECK(malformed.why.starts_with("a message that begins with " + std::string(frames[0])));
  }
}

TEST_CASE("replies are read as they were written") {
  CHECK(frames_of(Welcome{"abc"}) == OwnedFrames{"$hello", "1", "abc"});
  CHECK(frames_of(Refused{"full"}) == OwnedFrames{"$refuse", "full"});
  CHECK(frames_of(Acknowledged{7}) == OwnedFrames{"$ack", seven});
  CHECK(frames_of(Rejected{7, "no"}) == OwnedFrames{"$reject", seven, "no"});
  CHECK(reply_of<Welcome>(views(frames_of(Welcome{"abc"}))).instance == "abc");
  CHECK(reply_of<Refused>({"$refuse", "full"}).why == "full");
  CHECK(reply_of<Acknowledged>({"$ack", seven}).count == 7);
  CHECK(reply_of<Rejected>({"$reject", seven, "no"}).count == 7);
  CHECK(reply_of<Rejected>({"$reject", seven, "no"}).why == "no");
}

TEST_CASE("an answer carries the value, nothing or a reason") {
  using Status = Answer::Status;
  CHECK(frames_of(Answer{7, Status::value, "v"}) == OwnedFrames{"$answer", seven, "value", "v"});
  CHECK(frames_of(Answer{7, Status::none, ""}) == OwnedFrames{"$answer", seven, "none", ""});
  CHECK(frames_of(Answer{7, Status::refused, "n"}) ==
        OwnedFrames{"$answer", seven, "refused", "n"});
  for (const auto status : {Status::value, Status::none, Status::refused}) {
    const auto answer = reply_of<Answer>(views(frames_of(Answer{7, status, "text"})));
    CHECK(answer.id == 7);
    CHECK(answer.status == status);
    CHECK(answer.text == "text");
  }
}

TEST_CASE("a reply that is none of the protocol is malformed") {
  for (const Views& frames :
       {Views{}, Views{""}, Views{"in", "x"}, Views{"$ack"}, Views{"$ack", "7"},
        Views{"$ack", seven, "x"}, Views{"$reject", seven}, Views{"$reject", "7", "no"},
        Views{"$answer", seven, "value"}, Views{"$answer", seven, "maybe", ""},
        Views{"$answer", "7", "value", ""}, Views{"$hello", "1"}, Views{"$hello", "2", "abc"},
        Views{"$refuse"}, Views{"$unknown", "x"}})
    CHECK_FALSE(reply_of<Malformed>(frames).why.empty());
}

TEST_CASE("a stranger's reasons are short and printable, and values are as they came") {
  CHECK(printable("no room\r\n\x1b[31m\xff") == "no room???[31m?");
  CHECK(printable(std::string(300, 'x')) == std::string(300, 'x'));
  CHECK(printable(std::string(301, 'x')) == std::string(300, 'x') + "...");
  CHECK(reply_of<Rejected>({"$reject", seven, "a\nb"}).why == "a?b");
  CHECK(reply_of<Refused>({"$refuse", "a\nb"}).why == "a?b");
  CHECK(reply_of<Answer>({"$answer", seven, "refused", "a\nb"}).text == "a?b");
  CHECK(reply_of<Answer>({"$answer", seven, "value", "a\nb"}).text == "a\nb");
}

TEST_CASE("a broker takes topics of the grammar and payloads up to its limit") {
  CHECK(fault_of({"in.libera", "12345"}, 5).empty());
  CHECK(fault_of({"in", "123456"}, 5) == "the payload of 6 bytes is over the broker's limit of 5");
  CHECK(fault_of({"$in", ""}, 5) == "topics that begin with $ are the bus's own");
  for (const std::string topic : {"", "in.", "#channel", "a b", "in.>"})
    CHECK(fault_of({topic, ""}, 5).starts_with("invalid topic"));
}

TEST_CASE("a broker takes the topics on which buses talk among themselves, and no other with a $") {
  const std::string id(32, 'a');
  for (const std::string& topic :
       {std::string("$heartbeat"), std::string("$stats"), "$stats." + id})
    CHECK(fault_of({topic, ""}, 5).empty());
  CHECK(fault_of({"$heartbeat", "123456"}, 5).starts_with("the payload of 6 bytes"));
  for (const std::string& topic :
       {std::string("$"), std::string("$heartbeats"), std::string("$heartbeat.x"),
        std::string("$stats."), "$stats." + id + "a", "$stats." + id.substr(1),
        "$stats." + std::string(32, 'A'), "$stats." + std::string(32, 'g'), std::string("$ready.x"),
        std::string("$get"), std::string("$put"), std::string("$hello"), std::string("$ack"),
        std::string("$answer")})
    CHECK(fault_of({topic, ""}, 5) == "topics that begin with $ are the bus's own");
}

TEST_CASE("only a new subscription to a ready topic is answered") {
  CHECK(ready_topic("\1$ready.abc.0") == "$ready.abc.0");
  for (const std::string_view frame :
       {std::string_view(), std::string_view("\1"), std::string_view("\1in"),
        std::string_view("\0$ready.abc", 11), std::string_view("$ready.abc"),
        std::string_view("\1$ready."), std::string_view("\1$ready.a\nb")})
    CHECK(ready_topic(frame).empty());
  CHECK(ready_topic("\1$ready." + std::string(300, 'x')).empty());
}

#include "frames.hpp"

// What stands in the frames between client and broker: what is read is what is written again.
namespace tubes::fuzz {
namespace {

using namespace zeromq;

void written_again(const OwnedFrames& frames, const Publish& publish) {
  require(frames == OwnedFrames{std::string(publish.topic), std::string(publish.payload)},
          "a publish is its two frames");
  const bool good = fault_of(publish, 64).empty();
  require(good == ((is_topic(publish.topic) || is_topic_of_buses(publish.topic)) &&
                   publish.payload.size() <= 64),
          "a broker takes topics and bounded payloads", publish.topic);
}
void written_again(const OwnedFrames& frames, const Hello& said) {
  require(said.version != protocol_version || frames == hello(), "hello is written again");
}
void written_again(const OwnedFrames& frames, const RetainedCall& call) {
  require(frames == request(call), "a call is written again", call.key);
}
void written_again(const OwnedFrames& frames, const Malformed& malformed) {
  require(!malformed.why.empty() && malformed.why.size() < 500, "a fault is told", malformed.why);
  require(malformed.is_publish || frames[0].starts_with('$'), "control messages start with $");
}
/// A stranger's reason is made printable.
void written_again(const OwnedFrames& frames, const Refused& reply) {
  require(reply.why == printable(frames[1]), "a reason is printable");
}
void written_again(const OwnedFrames& frames, const Rejected& reply) {
  require(
      frames_of(Rejected{reply.count, frames[2]}) == frames && reply.why == printable(frames[2]),
      "a reason is printable");
}
void written_again(const OwnedFrames& frames, const Answer& reply) {
  const bool refused = reply.status == Answer::Status::refused;
  require(reply.text == (refused ? printable(frames[3]) : frames[3]), "a reason is printable");
  require(frames_of(Answer{reply.id, reply.status, frames[3]}) == frames,
          "a reply is written again");
}
template <class Reply>
void written_again(const OwnedFrames& frames, const Reply& reply) {
  require(frames == frames_of(reply), "a reply is written again");
}

template <class Message>
void check(const OwnedFrames& frames, const Message& message) {
  std::visit([&](const auto& each) { written_again(frames, each); }, message);
}

void check_reply(const OwnedFrames& frames) {
  const auto reply = parse_reply(views(frames));
  if (!std::holds_alternative<Malformed>(reply)) check(frames, reply);
}

void check_ready(std::string_view frame) {
  const auto topic = ready_topic(frame);
  if (topic.empty()) return;
  require(frame.substr(1) == topic && topic.starts_with(ready_prefix), "a probe is $ready.…");
  require(is_topic(topic.substr(1)), "a probe is a topic", topic);
}

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tubes::fuzz;
  Choices choices(data, size);
  const auto made = frames(choices);
  check(made, tubes::zeromq::parse_request(views(made)));
  check_reply(made);
  check_ready(choices.rest());
  return 0;
}

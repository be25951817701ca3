#include <algorithm>
#include <array>
#include <utility>

#include <tubes/bus/topic.hpp>
#include <tubes/transports/zeromq/protocol.hpp>

namespace tubes::zeromq {
namespace {

using Kind = RetainedCall::Kind;
using Status = Answer::Status;

constexpr std::string_view hello_name = "$hello";
constexpr std::string_view refuse_name = "$refuse";
constexpr std::string_view ack_name = "$ack";
constexpr std::string_view reject_name = "$reject";
constexpr std::string_view answer_name = "$answer";

constexpr std::array<std::pair<std::string_view, Kind>, 3> calls{
    {{"$put", Kind::put}, {"$get", Kind::get}, {"$remove", Kind::remove}}};
constexpr std::array<std::pair<std::string_view, Status>, 3> statuses{
    {{"value", Status::value}, {"none", Status::none}, {"refused", Status::refused}}};

template <class Table>
auto value_of(const Table& table, std::string_view name) {
  std::optional<typename Table::value_type::second_type> found;
  for (const auto& [each, value] : table)
    if (each == name) found = value;
  return found;
}

template <class Table, class Value>
std::string name_of(const Table& table, Value value) {
  std::string_view found;
  for (const auto& [name, each] : table)
    if (each == value) found = name;
  return std::string(found);
}

Malformed bad_control(std::string_view name, std::string_view expected) {
  return {"a message that begins with " + std::string(name) + " must be [" + std::string(name) +
          ", " + std::string(expected) + "]"};
}

Request parse_call(Kind kind, Frames frames) {
  const std::size_t size = kind == Kind::put ? 4 : 3;
  const auto id = frames.size() == size ? decoded(frames[1]) : std::nullopt;
  if (!id)
    return bad_control(frames[0],
                       kind == Kind::put ? "id of 8 bytes, key, value" : "id of 8 bytes, key");
  return RetainedCall{*id, kind, std::string(frames[2]),
                      std::string(kind == Kind::put ? frames[3] : std::string_view{})};
}

Reply parse_answer(Frames frames) {
  const auto id = frames.size() == 4 ? decoded(frames[1]) : std::nullopt;
  const auto status = id ? value_of(statuses, frames[2]) : std::nullopt;
  if (!status) return bad_control(answer_name, "id of 8 bytes, value|none|refused, text");
  const bool is_reason = *status == Status::refused;
  return Answer{*id, *status, is_reason ? printable(frames[3]) : std::string(frames[3])};
}

Reply parse_rejected(Frames frames) {
  const auto count = frames.size() == 3 ? decoded(frames[1]) : std::nullopt;
  if (!count) return bad_control(reject_name, "count of 8 bytes, reason");
  return Rejected{*count, printable(frames[2])};
}

Reply parse_acknowledged(Frames frames) {
  const auto count = frames.size() == 2 ? decoded(frames[1]) : std::nullopt;
  if (!count) return bad_control(ack_name, "count of 8 bytes");
  return Acknowledged{*count};
}

Reply parse_welcome(Frames frames) {
  if (frames.size() != 3 || frames[1] != protocol_version)
    return bad_control(hello_name, "\"1\", instance");
  return Welcome{std::string(frames[2])};
}

}  // namespace

Request parse_request(Frames frames) {
  const auto first = frames.empty() ? std::string_view{} : frames[0];
  if (first.starts_with('$')) {
    if (const auto kind = value_of(calls, first)) return parse_call(*kind, frames);
    if (first == hello_name && frames.size() == 2) return Hello{frames[1]};
    if (first == hello_name) return bad_control(first, "version");
  }
  if (frames.size() != 2)
    return Malformed{
        "a publish must be the two frames [topic, payload], not " + std::to_string(frames.size()),
        true};
  return Publish{frames[0], frames[1]};
}

OwnedFrames hello() {
  return {std::string(hello_name), std::string(protocol_version)};
}

OwnedFrames request(const RetainedCall& call) {
  OwnedFrames frames{name_of(calls, call.kind), encoded(call.id), call.key};
  if (call.kind == Kind::put) frames.push_back(call.value);
  return frames;
}

bool is_topic_of_buses(std::string_view topic) noexcept {
  constexpr std::string_view answers = "$stats.";
  constexpr std::size_t digits = 32;
  if (topic == "$heartbeat" || topic == "$stats") return true;
  return topic.starts_with(answers) && topic.size() == answers.size() + digits &&
         topic.find_first_not_of("0123456789abcdef", answers.size()) == std::string_view::npos;
}

std::string fault_of(const Publish& publish, std::size_t max_payload) {
  const bool of_buses = is_topic_of_buses(publish.topic);
  if (publish.topic.starts_with('$') && !of_buses)
    return "topics that begin with $ are the bus's own";
  if (!of_buses && !is_topic(publish.topic))
    return "invalid topic: topics are dot-separated, non-empty tokens of A-Z a-z 0-9 _ -, at most "
           "255 bytes";
  if (publish.payload.size() > max_payload)
    return "the payload of " + std::to_string(publish.payload.size()) +
           " bytes is over the broker's limit of " + std::to_string(max_payload);
  return {};
}

Reply parse_reply(Frames frames) {
  const auto first = frames.empty() ? std::string_view{} : frames[0];
  if (first == ack_name) return parse_acknowledged(frames);
  if (first == reject_name) return parse_rejected(frames);
  if (first == answer_name) return parse_answer(frames);
  if (first == hello_name) return parse_welcome(frames);
  if (first == refuse_name && frames.size() == 2) return Refused{printable(frames[1])};
  return Malformed{"not a message of version 1 of the protocol"};
}

OwnedFrames frames_of(const Welcome& welcome) {
  return {std::string(hello_name), std::string(protocol_version), welcome.instance};
}

OwnedFrames frames_of(const Refused& refused) {
  return {std::string(refuse_name), refused.why};
}

OwnedFrames frames_of(const Acknowledged& acknowledged) {
  return {std::string(ack_name), encoded(acknowledged.count)};
}

OwnedFrames frames_of(const Rejected& rejected) {
  return {std::string(reject_name), encoded(rejected.count), rejected.why};
}

OwnedFrames frames_of(const Answer& answer) {
  return {std::string(answer_name), encoded(answer.id), name_of(statuses, answer.status),
          answer.text};
}

std::string_view ready_topic(std::string_view frame) noexcept {
  if (!frame.starts_with('\1')) return {};
  frame.remove_prefix(1);
  const bool fits = frame.starts_with(ready_prefix) && is_topic(frame.substr(1));
  return fits ? frame : std::string_view{};
}

std::string printable(std::string_view text) {
  constexpr std::size_t most = 300;
  std::string shown(text.substr(0, most));
  std::ranges::replace_if(shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > most ? shown + "..." : shown;
}

std::string encoded(std::uint64_t number) {
  std::string bytes(8, '\0');
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= 8)
    *byte = static_cast<char>(number & 0xff);
  return bytes;
}

std::optional<std::uint64_t> decoded(std::string_view bytes) noexcept {
  if (bytes.size() != 8) return std::nullopt;
  std::uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace tubes::zeromq

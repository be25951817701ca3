#include <memory>
#include <utility>

#include <tubes/transports/zeromq/exchange.hpp>
#include <tubes/transports/zeromq/unique.hpp>

namespace tubes::zeromq {
namespace {

// Enough to make one confirmation cheap, few enough that the first does not wait long for it.
constexpr int most_at_once = 1'000;

/// libzmq calls this on whichever of its threads is done with the frame.
void give_back_share(void*, void* share) {
  delete static_cast<RetainedValues::Value*>(share);
}

/// A frame that owns a share of `value`, without a copy.
zmq::message_t shared_frame(const RetainedValues::Value& value) {
  auto share = std::make_unique<RetainedValues::Value>(value);
  // libzmq only reads what it sends.
  zmq::message_t frame(const_cast<char*>(value->data()), value->size(), give_back_share,
                       share.get());
  (void)share.release();  // NOLINT(bugprone-unused-return-value): the frame has it
  return frame;
}

}  // namespace

Exchange::Exchange(zmq::socket_t& router, zmq::socket_t& xpub, Warnings& warnings,
                   const BrokerOptions& options)
    : router_(router),
      xpub_(xpub),
      max_payload_(options.max_payload),
      instance_(unique_token()),
      sessions_(options.max_sessions),
      retained_(options.retained_bytes, options.max_payload),
      warnings_(warnings) {}

void Exchange::answer_subscriptions() {
  for (int i = 0; i < most_at_once && parts_.receive(xpub_); ++i) {
    if (ready_topic(parts_.view(0)).empty()) continue;
    zmq::message_t topic(ready_topic(parts_.view(0)));
    zmq::message_t payload;
    forward(topic, payload);
  }
}

void Exchange::serve_clients() {
  for (int i = 0; i < most_at_once && parts_.receive(router_); ++i) handle(parts_);
  sessions_.acknowledge([this](auto id, auto count) { return acknowledge(id, count); });
}

void Exchange::sweep() {
  sessions_.look_for_gone([this](auto id, auto count) { return acknowledge(id, count); });
}

BrokerStats Exchange::stats() const {
  auto stats = stats_;
  stats.sessions = sessions_.size();
  stats.retained_keys = retained_.keys();
  stats.retained_bytes = retained_.bytes();
  return stats;
}

void Exchange::handle(Parts& parts) {
  const auto id = parts.view(0);
  auto request = parse_request(parts.frames(1));
  if (const auto* message = std::get_if<Publish>(&request))
    publish(*message, parts, sessions_.find(id));
  else if (const auto* hello = std::get_if<Hello>(&request))
    welcome(*hello, id);
  else if (auto* call = std::get_if<RetainedCall>(&request))
    answer(id, std::move(*call));
  else
    drop(std::get<Malformed>(request), id);
}

void Exchange::publish(const Publish& message, Parts& parts, Sessions::Session* session) {
  if (session != nullptr) sessions_.count(*session);
  if (const auto fault = fault_of(message, max_payload_); !fault.empty())
    return refuse(fault, parts.view(0), session);
  forward(parts[1], parts[2]);
  ++stats_.forwarded;
}

/// With NODROP the socket says when a queue is full. The message then goes, without it, to all who
/// have room.
void Exchange::forward(zmq::message_t& topic, zmq::message_t& payload) {
  if (try_forward(topic, payload)) return;
  ++stats_.overflows;
  warnings_.warn("a subscriber reads too slowly and misses messages",
                 "its queue was full at topic " + topic.to_string());
  xpub_.set(zmq::sockopt::xpub_nodrop, false);
  try_forward(topic, payload);
  xpub_.set(zmq::sockopt::xpub_nodrop, true);
}

bool Exchange::try_forward(zmq::message_t& topic, zmq::message_t& payload) {
  return send(xpub_, topic, true) && send(xpub_, payload);
}

void Exchange::refuse(const std::string& why, std::string_view id, Sessions::Session* session) {
  if (session == nullptr) {
    ++stats_.dropped;
    return warnings_.warn("a message of a client without confirmations was dropped", why);
  }
  ++stats_.rejected;
  session->answered = session->published;
  answer(id, frames_of(Rejected{session->published, why}));
}

void Exchange::welcome(const Hello& hello, std::string_view id) {
  if (hello.version != protocol_version)
    answer(id, frames_of(Refused{"this broker speaks version " + std::string(protocol_version) +
                                 " of the protocol; use a client that does"}));
  else if (!sessions_.open(id))
    answer(id, frames_of(Refused{"this broker has as many clients as it takes; raise its limit or "
                                 "try again later"}));
  else
    answer(id, frames_of(Welcome{instance_}));
}

void Exchange::drop(const Malformed& malformed, std::string_view id) {
  auto* session = sessions_.find(id);
  if (malformed.is_publish) {
    if (session != nullptr) sessions_.count(*session);
    return refuse(malformed.why, id, session);
  }
  ++stats_.malformed;
  warnings_.warn("a control message was dropped", malformed.why);
}

/// A value that waits for many to read it is there once.
void Exchange::answer(std::string_view id, RetainedCall call) {
  const auto value =
      call.kind == RetainedCall::Kind::get ? retained_.find(call.key) : RetainedValues::Value{};
  if (!value) return answer(id, frames_of(retained_.answer(std::move(call))));
  auto frames = frames_of(Answer{call.id, Answer::Status::value, {}});
  frames.pop_back();
  auto last = shared_frame(value);
  if (!reply(id, frames, &last)) sessions_.forget(id);
}

void Exchange::answer(std::string_view id, const OwnedFrames& frames) {
  if (!reply(id, frames)) sessions_.forget(id);
}

bool Exchange::reply(std::string_view id, const OwnedFrames& frames, zmq::message_t* last) try {
  if (send(router_, id, true)) {
    for (std::size_t i = 0; i < frames.size(); ++i)
      send(router_, frames[i], last != nullptr || i + 1 < frames.size());
    return last == nullptr || send(router_, *last);
  }
  warnings_.warn("a client does not read its answers", "its session was ended");
  return false;
} catch (const zmq::error_t& error) {
  if (error.num() != EHOSTUNREACH) throw;
  return false;
}

bool Exchange::acknowledge(std::string_view id, std::uint64_t count) {
  return reply(id, frames_of(Acknowledged{count}));
}

}  // namespace tubes::zeromq

#include <tubes/transports/redis/command_session.hpp>
#include <tubes/transports/redis/refusal.hpp>

namespace tubes::redis {
namespace {

Error too_large(const Settings& settings, const std::string& tried, std::size_t size) {
  return {ErrorCode::payload_too_large,
          settings.address() + " has a value of " + std::to_string(size) + " bytes for " + tried +
              ", more than max_payload (" + std::to_string(settings.max_payload) +
              "); raise max_payload here, or put less there"};
}

}  // namespace

void CommandSession::publish(std::string_view topic, std::string_view payload) {
  append_command(out(), {"PUBLISH", topic, payload});
  if (awaited_.empty() || awaited_.back().kind != Kind::publishes)
    awaited_.push_back({Kind::publishes, 0, 0, {}});
  ++awaited_.back().count;
}

void CommandSession::call(const RetainedCall& call) {
  const std::string key = settings().prefix + call.key;
  switch (call.kind) {
    case RetainedCall::Kind::put:
      append_command(out(), {"SET", key, call.value});
      return awaited_.push_back({Kind::put, 1, call.id, "SET " + key});
    case RetainedCall::Kind::get:
      append_command(out(), {"GET", key});
      return awaited_.push_back({Kind::get, 1, call.id, "GET " + key});
    case RetainedCall::Kind::remove:
      append_command(out(), {"DEL", key});
      return awaited_.push_back({Kind::remove, 1, call.id, "DEL " + key});
  }
}

void CommandSession::ping() {
  Session::ping();
  awaited_.push_back({Kind::ping, 1, 0, {}});
}

void CommandSession::take(const Reply& reply) {
  if (awaited_.empty()) refuse_reply("an answer to no question");
  Awaited& oldest = awaited_.front();
  if (oldest.kind == Kind::publishes) {
    take_publish(reply);
    if (--oldest.count == 0) awaited_.pop_front();
    return;
  }
  const Awaited answered = std::move(oldest);
  awaited_.pop_front();
  if (answered.kind != Kind::ping) take_answer(answered, reply);
}

void CommandSession::take_publish(const Reply& reply) {
  if (reply.value.kind == Value::Kind::integer) {
    ++accepted_;
  } else if (reply.value.kind == Value::Kind::error) {
    taken();
    sink_.rejected(refusal(settings().address(), "a message", reply.value.text).what());
  } else {
    refuse_reply("PUBLISH answered without a number");
  }
}

void CommandSession::take_answer(const Awaited& awaited, const Reply& reply) {
  const Value& value = reply.value;
  if (value.kind == Value::Kind::error)
    return sink_.failed(awaited.id, refusal(settings().address(), awaited.tried, value.text));
  if (value.size() > settings().max_payload)
    return sink_.failed(awaited.id, too_large(settings(), awaited.tried, value.size()));
  const bool found = awaited.kind == Kind::get && value.kind == Value::Kind::bulk;
  sink_.answered(awaited.id, found ? std::optional(value.text) : std::nullopt);
}

void CommandSession::taken() {
  if (accepted_ > 0) sink_.accepted(accepted_);
  accepted_ = 0;
}

}  // namespace tubes::redis

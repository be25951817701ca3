#include <algorithm>

#include <tubes/transports/redis/refusal.hpp>
#include <tubes/transports/redis/subscribe_session.hpp>

namespace tubes::redis {
namespace {

/// The grammar of topics has no character that a Redis pattern would take for more than itself.
std::string channel_of(const Filter& filter) {
  return filter.is_prefix() ? std::string(filter.stem()) + '*' : filter.text();
}

bool all_bytes(std::span<const Value> elements) {
  return std::ranges::all_of(elements, [](const Value& v) {
    return v.kind == Value::Kind::bulk || v.kind == Value::Kind::too_long;
  });
}

}  // namespace

void SubscribeSession::subscribe(const Filter& filter) {
  append_command(out(), {filter.is_prefix() ? "PSUBSCRIBE" : "SUBSCRIBE", channel_of(filter)});
  awaited_.push_back({filter.text(), wanted_[filter.text()] = ++subscribes_});
}

void SubscribeSession::unsubscribe(const Filter& filter) {
  append_command(out(), {filter.is_prefix() ? "PUNSUBSCRIBE" : "UNSUBSCRIBE", channel_of(filter)});
  awaited_.push_back({filter.text()});
  wanted_.erase(filter.text());
}

void SubscribeSession::ping() {
  Session::ping();
  awaited_.emplace_back();
}

void SubscribeSession::take(const Reply& reply) {
  switch (reply.value.kind) {
    case Value::Kind::error:
      return take_error(reply.value.text);
    case Value::Kind::status:  // PONG, as long as nothing is subscribed
      take_awaited();
      return;
    default:
      take_array(reply.elements);
  }
}

void SubscribeSession::take_array(std::span<const Value> parts) {
  const std::string_view what = parts.empty() ? "" : std::string_view(parts[0].text);
  if (what == "message" && parts.size() == 3 && all_bytes(parts)) {
    take_message(parts[1].text, parts[2], parts[1].text);
  } else if (what == "pmessage" && parts.size() == 4 && all_bytes(parts)) {
    take_pattern_message(parts[1].text, parts[2], parts[3]);
  } else if ((what == "subscribe" || what == "psubscribe") && parts.size() == 3) {
    take_subscribed(filter_of(parts[1].text));
  } else if (what == "unsubscribe" || what == "punsubscribe" || what == "pong") {
    take_awaited();
  } else {
    refuse_reply("no message and no answer to a subscription");
  }
}

void SubscribeSession::take_subscribed(const std::string& filter) {
  const Awaited awaited = take_awaited();
  if (awaited.number == 0 || awaited.filter != filter)
    refuse_reply("a subscription nobody asked for");
  if (is_last(awaited)) sink_.subscribed(filter);
}

void SubscribeSession::take_error(std::string_view words) {
  if (awaited_.empty()) throw refusal(settings().address(), "the connection", words);
  const Awaited awaited = take_awaited();
  const Error error = refusal(settings().address(), "the subscription to " + awaited.filter, words);
  if (error.code() != ErrorCode::refused) throw error;
  if (!is_last(awaited)) return;
  wanted_.erase(awaited.filter);
  sink_.refused(awaited.filter, error.what());
}

SubscribeSession::Awaited SubscribeSession::take_awaited() {
  if (awaited_.empty()) refuse_reply("an answer to no question");
  Awaited oldest = std::move(awaited_.front());
  awaited_.pop_front();
  return oldest;
}

bool SubscribeSession::is_last(const Awaited& awaited) const {
  const auto found = wanted_.find(awaited.filter);
  return found != wanted_.end() && found->second == awaited.number;
}

/// "in.*" also matches what is no topic ("in.", "in.a b"): on the bus such a message is none.
void SubscribeSession::take_pattern_message(const std::string& pattern, const Value& topic,
                                            const Value& payload) {
  if (topic.kind == Value::Kind::bulk && is_topic(topic.text))
    take_message(topic.text, payload, filter_of(pattern));
}

void SubscribeSession::take_message(std::string_view topic, const Value& payload,
                                    const std::string& filter) {
  if (payload.size() > settings().max_payload) return sink_.too_large(topic, payload.size());
  sink_.received(topic, payload.text, filter);
}

const std::string& SubscribeSession::filter_of(const std::string& channel) {
  filter_ = channel;
  if (filter_.ends_with('*')) filter_.back() = '>';
  return filter_;
}

}  // namespace tubes::redis

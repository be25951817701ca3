#include <algorithm>

#include <tubes/transports/redis/refusal.hpp>
#include <tubes/transports/redis/subscribe_session.hpp>

namespace tubes::redis {
namespace {

/// The grammar of topics has no character that a Redis pattern would take for more than itself.
std::string channel_of(const Filter& filter) {
  return filter.is_prefix() ? std::string(filter.stem()) + '*' : filter.text();
}

bool all_bulk(std::span<const Value> elements) {
  return std::ranges::all_of(elements, [](const Value& v) { return v.kind == Value::Kind::bulk; });
}

}  // namespace

void SubscribeSession::subscribe(const Filter& filter) {
  append_command(out(), {filter.is_prefix() ? "PSUBSCRIBE" : "SUBSCRIBE", channel_of(filter)});
  wanted_.insert(filter.text());
  ++unanswered_[filter.text()];
}

void SubscribeSession::unsubscribe(const Filter& filter) {
  append_command(out(), {filter.is_prefix() ? "PUNSUBSCRIBE" : "UNSUBSCRIBE", channel_of(filter)});
  wanted_.erase(filter.text());
}

void SubscribeSession::take(const Reply& reply) {
  if (reply.value.kind == Value::Kind::error)
    throw refusal(settings().address(), "a subscription", reply.value.text);
  if (reply.value.kind == Value::Kind::status) return;  // PONG, as long as nothing is subscribed
  const auto parts = reply.elements;
  const std::string_view what = parts.empty() ? "" : std::string_view(parts[0].text);
  if (what == "message" && parts.size() == 3 && all_bulk(parts)) {
    sink_.received(parts[1].text, parts[2].text, parts[1].text);
  } else if (what == "pmessage" && parts.size() == 4 && all_bulk(parts)) {
    take_pattern_message(parts[1].text, parts[2].text, parts[3].text);
  } else if ((what == "subscribe" || what == "psubscribe") && parts.size() == 3) {
    take_subscribed(filter_of(parts[1].text));
  } else if (what != "unsubscribe" && what != "punsubscribe" && what != "pong") {
    refuse_reply("no message and no answer to a subscription");
  }
}

/// A SUBSCRIBE that an UNSUBSCRIBE has overtaken says nothing; the last one counts.
void SubscribeSession::take_subscribed(const std::string& filter) {
  const auto found = unanswered_.find(filter);
  if (found == unanswered_.end()) refuse_reply("a subscription nobody asked for");
  if (--found->second > 0) return;
  unanswered_.erase(found);
  if (wanted_.contains(filter)) sink_.subscribed(filter);
}

/// "in.*" also matches what is no topic ("in.", "in.a b"): on the bus such a message is none.
void SubscribeSession::take_pattern_message(const std::string& pattern, std::string_view topic,
                                            std::string_view payload) {
  if (is_topic(topic)) sink_.received(topic, payload, filter_of(pattern));
}

const std::string& SubscribeSession::filter_of(const std::string& channel) {
  filter_ = channel;
  if (filter_.ends_with('*')) filter_.back() = '>';
  return filter_;
}

}  // namespace tubes::redis

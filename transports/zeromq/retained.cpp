#include <utility>

#include <tubes/bus/topic.hpp>
#include <tubes/transports/zeromq/retained.hpp>

namespace tubes::zeromq {
namespace {

Answer refusal(const RetainedCall& call, std::string why) {
  return {call.id, Answer::Status::refused, std::move(why)};
}

std::string over(std::size_t bytes, std::size_t limit) {
  return std::to_string(bytes) + " bytes, the broker's limit is " + std::to_string(limit);
}

}  // namespace

Answer RetainedValues::answer(RetainedCall call) {
  if (!is_topic(call.key))
    return refusal(call,
                   "the key does not follow the grammar of topics: dot-separated tokens of "
                   "A-Z a-z 0-9 _ -, at most 255 bytes");
  switch (call.kind) {
    case RetainedCall::Kind::put:
      return put(call);
    case RetainedCall::Kind::remove:
      return remove(call);
    case RetainedCall::Kind::get:
      break;
  }
  return get(call);
}

Answer RetainedValues::put(RetainedCall& call) {
  if (call.value.size() > max_value_)
    return refusal(call,
                   "the value of " + call.key + " has " + over(call.value.size(), max_value_));
  const auto old = values_.find(call.key);
  const auto freed = old == values_.end() ? 0 : size_of(call.key, *old->second);
  const auto wanted = bytes_ - freed + size_of(call.key, call.value);
  if (wanted > max_bytes_)
    return refusal(call, "with " + call.key + " all retained values have " +
                             over(wanted, max_bytes_) + "; remove some first");
  bytes_ = wanted;
  values_[std::move(call.key)] = std::make_shared<const std::string>(std::move(call.value));
  return {call.id, Answer::Status::none, {}};
}

RetainedValues::Value RetainedValues::find(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : found->second;
}

Answer RetainedValues::get(const RetainedCall& call) const {
  const auto value = find(call.key);
  if (!value) return {call.id, Answer::Status::none, {}};
  return {call.id, Answer::Status::value, *value};
}

Answer RetainedValues::remove(const RetainedCall& call) {
  if (const auto found = values_.find(call.key); found != values_.end()) {
    bytes_ -= size_of(call.key, *found->second);
    values_.erase(found);
  }
  return {call.id, Answer::Status::none, {}};
}

}  // namespace tubes::zeromq

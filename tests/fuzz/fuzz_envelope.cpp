#include <vector>

#include "codec.hpp"

// Envelopes that programs build, of every type, with anything in their fields.
namespace tubes::fuzz {
namespace {

void fill(std::string& text, Choices& choices) {
  text = choices.bytes(choices.below(32));
}
void fill(std::vector<std::string>& texts, Choices& choices) {
  texts.resize(choices.below(4));
  for (auto& text : texts) fill(text, choices);
}
void fill(bool& flag, Choices& choices) {
  flag = choices.below(2) == 1;
}
void fill(std::uint64_t& number, Choices& choices) {
  number = 0;
  for (auto bytes = choices.below(9); bytes > 0; --bytes) number = number << 8 | choices.byte();
}
void fill(in::Nicks& nicks, Choices& choices) {
  nicks.resize(choices.below(4));
  for (auto& [nick, prefix] : nicks) {
    fill(nick, choices);
    fill(prefix, choices);
  }
}

template <Described T>
void fill(T& message, Choices& choices) {
  for_each_field<T>([&](const auto& field) { fill(message.*field.member, choices); });
}
void fill(WebIn& message, Choices& choices) {
  fill(message.app, choices);
  fill(message.body, choices);
}
void fill(UnknownType& message, Choices& choices) {
  fill(message.type, choices);
  fill(message.data, choices);
}

template <std::size_t Index = 0>
Message blank_of(std::size_t index) {
  if constexpr (Index + 1 < std::variant_size_v<Message>)
    if (index != Index) return blank_of<Index + 1>(index);
  return Message(std::in_place_index<Index>);
}

Envelope envelope_of(Choices& choices) {
  Envelope envelope{blank_of(choices.below(std::variant_size_v<Message>)), {}, {}};
  std::visit([&](auto& message) { fill(message, choices); }, envelope.message);
  fill(envelope.meta.publisher, choices);
  envelope.meta.sequence = choices.byte();
  envelope.unknown.json = choices.text();
  envelope.unknown.protobuf = choices.rest();
  return envelope;
}

void check(const Envelope& envelope, WireFormat format) {
  const Role role = role_of(envelope.message, Role::in);
  const auto decoded = decode(role, encode(envelope, format));
  // A type without a description may have the name of one with; then its data must be that type's.
  if (std::holds_alternative<UnknownType>(envelope.message) && !decoded.envelope) return;
  require(decoded.envelope.has_value(), "any envelope can be encoded and read", decoded.why);
  require_round_trips(role, *decoded.envelope);
}

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tubes;
  fuzz::Choices choices(data, size);
  const auto envelope = fuzz::envelope_of(choices);
  fuzz::check(envelope, WireFormat::json);
  fuzz::check(envelope, WireFormat::protobuf);
  return 0;
}

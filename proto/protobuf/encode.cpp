#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include <google/protobuf/message.h>

#include <tubes/proto/protobuf/protobuf.hpp>
#include <tubes/proto/protobuf/schema.hpp>
#include <tubes/proto/protobuf/unknown.hpp>
#include <tubes/proto/text/utf8.hpp>
#include <tubes/proto/unique_nicks.hpp>

namespace tubes::protobuf {
namespace {

using google::protobuf::FieldDescriptor;

void set(google::protobuf::Message& body, const FieldDescriptor* field, const std::string& text) {
  if (!text.empty()) body.GetReflection()->SetString(&body, field, utf8::valid(text));
}

void set(google::protobuf::Message& body, const FieldDescriptor* field,
         std::same_as<bool> auto flag) {
  if (flag) body.GetReflection()->SetBool(&body, field, flag);
}

void set(google::protobuf::Message& body, const FieldDescriptor* field, std::uint64_t number) {
  if (number != 0) body.GetReflection()->SetUInt64(&body, field, number);
}

void set(google::protobuf::Message& body, const FieldDescriptor* field,
         const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    body.GetReflection()->AddString(&body, field, utf8::valid(text));
  }
}

void set(google::protobuf::Message& body, const FieldDescriptor*, const in::Nicks& nicks) {
  auto& names = static_cast<v1::InNames&>(body);
  for (auto& [nick, prefix] : unique_nicks(nicks)) {
    auto* entry = names.add_nicks();
    entry->set_nick(nick);
    entry->set_prefix(prefix);
  }
}

template <Described T>
void set_body(v1::Envelope& envelope, const T& message, const Envelope&) {
  const Binding<T>& bound = binding<T>();
  auto& body = *envelope.GetReflection()->MutableMessage(&envelope, bound.body);
  std::size_t index = 0;
  for_each_field<T>(
      [&](const auto& field) { set(body, bound.fields[index++], message.*field.member); });
}

void set_body(v1::Envelope& envelope, const UnknownType& message, const Envelope& source) {
  // The body of a newer schema is among the unknown fields; a second one would replace it.
  if (message == UnknownType{} && !source.unknown.protobuf.empty()) return;
  envelope.mutable_other()->set_type(utf8::valid(message.type));
  envelope.mutable_other()->set_data(utf8::valid(message.data));
}

void set_body(v1::Envelope&, const WebIn&, const Envelope&) {}

}  // namespace

std::string encode(const Envelope& source) {
  v1::Envelope envelope;
  envelope.set_version(1);
  std::visit([&](const auto& message) { set_body(envelope, message, source); }, source.message);
  if (source.meta != Meta{}) {
    envelope.mutable_meta()->set_publisher(utf8::valid(source.meta.publisher));
    envelope.mutable_meta()->set_sequence(source.meta.sequence);
  }
  envelope.set_json(utf8::valid(source.unknown.json));
  add_unknown(source.unknown.protobuf, envelope);
  if (envelope.body_case() == v1::Envelope::BODY_NOT_SET && !has_newer_body(envelope))
    envelope.mutable_other();
  return envelope.SerializeAsString();
}

}  // namespace tubes::protobuf

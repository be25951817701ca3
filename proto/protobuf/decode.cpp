#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <tubes/proto/json/json.hpp>
#include <tubes/proto/protobuf/parse.hpp>
#include <tubes/proto/protobuf/protobuf.hpp>
#include <tubes/proto/protobuf/schema.hpp>
#include <tubes/proto/protobuf/unknown.hpp>
#include <tubes/proto/text/fail.hpp>
#include <tubes/proto/types.hpp>
#include <tubes/proto/unique_nicks.hpp>

namespace tubes::protobuf {
namespace {

using google::protobuf::FieldDescriptor;

void get(const google::protobuf::Message& body, const FieldDescriptor* field, std::string& text) {
  text = body.GetReflection()->GetString(body, field);
}

void get(const google::protobuf::Message& body, const FieldDescriptor* field,
         std::vector<std::string>& texts) {
  for (int n = 0; n < body.GetReflection()->FieldSize(body, field); ++n) {
    texts.push_back(body.GetReflection()->GetRepeatedString(body, field, n));
  }
}

void get(const google::protobuf::Message& body, const FieldDescriptor*, in::Nicks& nicks) {
  for (const auto& entry : static_cast<const v1::InNames&>(body).nicks()) {
    nicks.emplace_back(entry.nick(), entry.prefix());
  }
  nicks = unique_nicks(nicks);
}

template <Described T>
T read_body(const google::protobuf::Message& body) {
  T message;
  std::size_t index = 0;
  for_each_field<T>(
      [&](const auto& field) { get(body, binding<T>().fields[index++], message.*field.member); });
  return message;
}

template <class... T>
void read_if_any_of(TypeList<T...> types, const v1::Envelope& envelope, Message& message) {
  for_each_type(types, [&]<class Candidate>(std::type_identity<Candidate>) {
    const FieldDescriptor* body = binding<Candidate>().body;
    if (body->number() != static_cast<int>(envelope.body_case())) return;
    message = read_body<Candidate>(envelope.GetReflection()->GetMessage(envelope, body));
  });
}

Message read_message(const v1::Envelope& envelope) {
  Message message = UnknownType{envelope.other().type(), envelope.other().data()};
  read_if_any_of(in::Types{}, envelope, message);
  read_if_any_of(out::Types{}, envelope, message);
  return message;
}

bool check(const v1::Envelope& envelope, std::string& why) {
  if (envelope.version() == 0) {
    return fail(why, "neither a JSON object nor a protobuf envelope with its version set");
  }
  if (envelope.version() != 1) {
    return fail(why, "the version of the protobuf envelope must be 1, got " +
                         std::to_string(envelope.version()));
  }
  const bool newer_body = !envelope.GetReflection()->GetUnknownFields(envelope).empty();
  if (envelope.body_case() != v1::Envelope::BODY_NOT_SET || newer_body) return true;
  return fail(why, "the protobuf envelope has no body");
}

/// Whether this version knows the type that the sender did not.
bool is_known_by_now(Role role, const Message& message) {
  const auto* unknown = std::get_if<UnknownType>(&message);
  return unknown && !std::holds_alternative<UnknownType>(blank(role, unknown->type));
}

}  // namespace

std::optional<Envelope> decode(Role role, std::string_view bytes, std::string& why) {
  v1::Envelope parsed;
  if (!parse(bytes, parsed, why) || !check(parsed, why)) return std::nullopt;
  Envelope envelope{read_message(parsed),
                    {parsed.meta().publisher(), parsed.meta().sequence()},
                    {parsed.json(), {}}};
  envelope.unknown.protobuf = unknown_of(std::move(parsed));
  if (!is_known_by_now(role, envelope.message)) return envelope;
  return json::decode(role, json::encode(envelope), why);
}

}  // namespace tubes::protobuf

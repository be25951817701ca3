#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include <google/protobuf/message.h>

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

void get(const google::protobuf::Message& body, const FieldDescriptor* field, bool& flag) {
  flag = body.GetReflection()->GetBool(body, field);
}

void get(const google::protobuf::Message& body, const FieldDescriptor* field,
         std::uint64_t& number) {
  number = body.GetReflection()->GetUInt64(body, field);
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
  read_if_any_of(receipts::Types{}, envelope, message);
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
  if (envelope.body_case() != v1::Envelope::BODY_NOT_SET || has_newer_body(envelope)) return true;
  return fail(why, "the protobuf envelope has no body");
}

}  // namespace

std::optional<Envelope> decode(Role role, std::string_view bytes, std::string& why) {
  v1::Envelope parsed;
  if (!parse(bytes, parsed, why) || !check(parsed, why)) return std::nullopt;
  Envelope envelope{read_message(parsed),
                    {parsed.meta().publisher(), parsed.meta().sequence()},
                    {parsed.json(), {}}};
  envelope.unknown.protobuf = unknown_of(std::move(parsed));
  if (!std::holds_alternative<UnknownType>(envelope.message) && envelope.unknown.json.empty())
    return envelope;
  // JSON text is read as JSON; so also a type that this version knows and the sender did not.
  auto read = json::decode(role_of(envelope.message, role), json::encode(envelope), why);
  if (read && !settle_unknown(*read, why)) return std::nullopt;
  return read;
}

bool settle_unknown(Envelope& envelope, std::string& why) {
  if (envelope.unknown.protobuf.empty()) return true;
  v1::Envelope carried, whole;
  if (!parse(envelope.unknown.protobuf, carried, why))
    return fail(why, "meta.protobuf must be the base64 of a protobuf envelope");
  if (!parse(encode(envelope), whole, why)) return false;
  envelope.unknown.protobuf = unknown_of(std::move(whole));
  return true;
}

}  // namespace tubes::protobuf

#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <tubes/proto/protobuf/parse.hpp>
#include <tubes/proto/protobuf/unknown.hpp>

namespace tubes::protobuf {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// True if anything unknown is left.
bool strip_known(Message& message) {
  const auto& reflection = *message.GetReflection();
  bool left = !reflection.GetUnknownFields(message).empty();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    const bool single = field->type() == FieldDescriptor::TYPE_MESSAGE && !field->is_repeated();
    if (single && strip_known(*reflection.MutableMessage(&message, field))) {
      left = true;
    } else {
      reflection.ClearField(&message, field);
    }
  }
  return left;
}

}  // namespace

bool has_newer_body(const v1::Envelope& envelope) {
  return !envelope.GetReflection()->GetUnknownFields(envelope).empty();
}

std::string unknown_of(v1::Envelope envelope) {
  strip_known(envelope);
  return envelope.SerializeAsString();
}

void add_unknown(std::string_view unknown, v1::Envelope& envelope) {
  v1::Envelope extra;
  std::string why;
  if (unknown.empty() || !parse(unknown, extra, why)) return;
  strip_known(extra);
  if (extra.body_case() != envelope.body_case()) extra.clear_body();
  envelope.MergeFrom(extra);
}

}  // namespace tubes::protobuf

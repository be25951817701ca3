#include <cstdint>
#include <limits>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <tubes/proto/protobuf/parse.hpp>
#include <tubes/proto/text/fail.hpp>
#include <tubes/proto/text/utf8.hpp>

namespace tubes::protobuf {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr const char* no_envelope =
    "neither a JSON object nor a protobuf envelope with its version set";

bool check_texts(const Descriptor& type, std::string_view bytes, std::string& why);

bool check_field(const FieldDescriptor& field, std::string_view bytes, std::string& why) {
  if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
    return check_texts(*field.message_type(), bytes, why);
  }
  if (field.type() != FieldDescriptor::TYPE_STRING || utf8::is_valid(bytes)) return true;
  return fail(why, field.containing_type()->name() + "." + field.name() +
                       " of the protobuf envelope is not UTF-8");
}

/// Finds what libprotobuf would log about, before it sees it.
bool check_texts(const Descriptor& type, std::string_view bytes, std::string& why) {
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  while (const std::uint32_t tag = input.ReadTag()) {
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (!field ||
        WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return fail(why, no_envelope);
      continue;
    }
    std::uint32_t size = 0;
    if (!input.ReadVarint32(&size)) return fail(why, no_envelope);
    const auto start = static_cast<std::size_t>(input.CurrentPosition());
    if (size > bytes.size() - start) return fail(why, no_envelope);
    if (!check_field(*field, bytes.substr(start, size), why)) return false;
    input.Skip(static_cast<int>(size));
  }
  return true;
}

}  // namespace

bool parse(std::string_view bytes, v1::Envelope& envelope, std::string& why) {
  if (bytes.size() > std::numeric_limits<int>::max()) return fail(why, no_envelope);
  if (!check_texts(*v1::Envelope::descriptor(), bytes, why)) return false;
  if (envelope.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return true;
  return fail(why, no_envelope);
}

}  // namespace tubes::protobuf

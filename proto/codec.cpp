#include <cstddef>

#include <tubes/proto/codec.hpp>
#include <tubes/proto/json/json.hpp>
#include <tubes/proto/protobuf/protobuf.hpp>
#include <tubes/proto/text/excerpt.hpp>

namespace tubes {
namespace {

std::string_view without_bom(std::string_view payload) {
  constexpr std::string_view bom = "\xEF\xBB\xBF";
  if (payload.starts_with(bom)) payload.remove_prefix(bom.size());
  return payload;
}

bool looks_like_json(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && text[start] == '{';
}

/// The envelope without what a reader would not take from it.
Envelope settled(Envelope envelope) {
  std::string why;
  if (!protobuf::settle_unknown(envelope, why)) envelope.unknown.protobuf.clear();
  return envelope;
}

}  // namespace

std::string encode(const Envelope& envelope, WireFormat format) {
  if (std::holds_alternative<WebIn>(envelope.message)) return json::encode(envelope);
  if (format == WireFormat::protobuf) return protobuf::encode(envelope);
  return envelope.unknown.protobuf.empty() ? json::encode(envelope)
                                           : json::encode(settled(envelope));
}

Decoded decode(Role role, std::string_view payload) {
  Decoded decoded;
  const std::string_view text = without_bom(payload);
  if (payload.empty()) {
    decoded.why = "the payload is empty";
    return decoded;
  }
  if (looks_like_json(text)) {
    decoded.envelope = json::decode(role, text, decoded.why);
    if (decoded.envelope && !protobuf::settle_unknown(*decoded.envelope, decoded.why))
      decoded.envelope.reset();
  } else if (role == Role::web_in) {
    decoded.why = "a web_in message must be a JSON object";
  } else {
    decoded.format = WireFormat::protobuf;
    decoded.envelope = protobuf::decode(role, payload, decoded.why);
  }
  if (!decoded.envelope) decoded.why += ": " + excerpt(payload);
  return decoded;
}

}  // namespace tubes

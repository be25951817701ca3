#include <charconv>
#include <utility>

#include <tubes/proto/json/extras.hpp>
#include <tubes/proto/json/fields.hpp>
#include <tubes/proto/json/json.hpp>
#include <tubes/proto/json/members.hpp>
#include <tubes/proto/json/walker.hpp>
#include <tubes/proto/text/base64.hpp>
#include <tubes/proto/text/excerpt.hpp>
#include <tubes/proto/text/fail.hpp>
#include <tubes/proto/text/utf8.hpp>
#include <tubes/proto/types.hpp>

namespace tubes::json {
namespace {

bool not_json(std::string& why, const Walker& walker) {
  return fail(why, "not JSON: " + std::string(walker.fault()->what) + " (byte " +
                       std::to_string(walker.fault()->offset) + ")");
}

bool split(std::string_view text, Members& members, Extras& extras, std::string& why) {
  Walker walker(text);
  while (const auto item = walker.next()) {
    if (key_is(item->key, "version")) {
      members.version = item->value;
    } else if (key_is(item->key, "type")) {
      members.type = item->value;
    } else if (key_is(item->key, "data")) {
      members.data = item->value;
    } else if (key_is(item->key, "meta")) {
      members.meta = item->value;
    } else if (key_is(item->key, "command")) {
      members.command = *item;
    } else {
      append_member(extras.top, *item);
    }
  }
  return !walker.fault() || not_json(why, walker);
}

bool check_version(std::string_view version, std::string& why) {
  if (version.empty()) return fail(why, "the envelope has no version; it must be 1");
  double number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  if (kind_of(version) == Kind::number && number == 1) return true;
  return fail(why, "the version of the envelope must be 1, got " + excerpt(version));
}

bool read_type(std::string_view type, std::string& name, std::string& why) {
  if (type.empty()) return fail(why, "the envelope has no type");
  const std::string wrong = read(type, name);
  return wrong.empty() || fail(why, "the type of the envelope " + wrong);
}

bool read_carried(std::string_view value, std::string& bytes, std::string& why) {
  std::string text;
  if (!read_member(value, text, "meta.protobuf", why)) return false;
  auto decoded = base64::decode(text);
  if (!decoded) return fail(why, "meta.protobuf must be base64");
  bytes = *std::move(decoded);
  return true;
}

bool read_meta(std::string_view text, Envelope& envelope, Extras& extras, std::string& why) {
  if (text.empty()) return true;
  if (kind_of(text) != Kind::object) {
    return fail(why, "meta must be an object, got " + std::string(name(kind_of(text))));
  }
  std::string_view publisher, sequence, carried;
  Walker walker(text);
  while (const auto item = walker.next()) {
    if (key_is(item->key, "publisher")) {
      publisher = item->value;
    } else if (key_is(item->key, "sequence")) {
      sequence = item->value;
    } else if (key_is(item->key, "protobuf")) {
      carried = item->value;
    } else {
      append_member(extras.meta, *item);
    }
  }
  return read_member(publisher, envelope.meta.publisher, "meta.publisher", why) &&
         read_member(sequence, envelope.meta.sequence, "meta.sequence", why) &&
         read_carried(carried, envelope.unknown.protobuf, why);
}

bool read_envelope(Role role, std::string_view text, Envelope& envelope, std::string& why) {
  Members members;
  Extras extras;
  std::string type;
  if (!split(text, members, extras, why) || !check_version(members.version, why) ||
      !read_type(members.type, type, why)) {
    return false;
  }
  envelope.message = blank(role, type);
  if (!read_message(members, envelope.message, extras, why) ||
      !read_meta(members.meta, envelope, extras, why)) {
    return false;
  }
  envelope.unknown.json = extras.text();
  return true;
}

bool read_web_in(std::string_view text, Envelope& envelope, std::string& why) {
  WebIn message;
  Extras extras;
  std::string_view app, body;
  Walker walker(text);
  while (const auto item = walker.next()) {
    if (key_is(item->key, "app")) {
      app = item->value;
    } else if (key_is(item->key, "body")) {
      body = item->value;
    } else {
      append_member(extras.top, *item);
    }
  }
  if (walker.fault()) return not_json(why, walker);
  if (app.empty()) return fail(why, "app of a web_in message is missing");
  if (body.empty()) return fail(why, "body of a web_in message is missing");
  message.body = body;
  if (!read_member(app, message.app, "app of a web_in message", why)) return false;
  envelope = {std::move(message), {}, {extras.text(), {}}};
  return true;
}

}  // namespace

std::optional<Envelope> decode(Role role, std::string_view text, std::string& why) {
  if (!utf8::is_valid(text)) {
    why = "not JSON: it is not UTF-8";
    return std::nullopt;
  }
  Envelope envelope;
  const bool good = role == Role::web_in ? read_web_in(text, envelope, why)
                                         : read_envelope(role, text, envelope, why);
  if (!good) return std::nullopt;
  return envelope;
}

}  // namespace tubes::json

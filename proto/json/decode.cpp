#include <array>
#include <charconv>
#include <tuple>
#include <utility>
#include <variant>

#include <tubes/proto/json/extras.hpp>
#include <tubes/proto/json/fields.hpp>
#include <tubes/proto/json/json.hpp>
#include <tubes/proto/json/walker.hpp>
#include <tubes/proto/text/base64.hpp>
#include <tubes/proto/text/utf8.hpp>
#include <tubes/proto/types.hpp>

namespace tubes::json {
namespace {

bool fail(std::string& why, std::string text) {
  why = std::move(text);
  return false;
}

bool not_json(std::string& why, const Walker& walker) {
  return fail(why, "not JSON: " + std::string(walker.fault()->what) + " (byte " +
                       std::to_string(walker.fault()->offset) + ")");
}

/// The members of the envelope, as JSON text; empty where there is none.
struct Members {
  std::string_view version, type, data, meta;
  std::optional<Item> command;  ///< where the clients of 2012 put it
};

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
  return fail(why,
              "the version of the envelope must be 1, got " + std::string(version.substr(0, 20)));
}

bool read_type(std::string_view type, std::string& name, std::string& why) {
  if (type.empty()) return fail(why, "the envelope has no type");
  const std::string wrong = read(type, name);
  return wrong.empty() || fail(why, "the type of the envelope " + wrong);
}

/// Reads one member of `path` ("data.sender of a privmsg") if it is there.
template <class T>
bool read_member(std::string_view value, T& member, const std::string& path, std::string& why) {
  if (value.empty()) return true;
  const std::string wrong = read(value, member);
  return wrong.empty() || fail(why, path + " " + wrong);
}

template <class T>
constexpr std::size_t field_count = std::tuple_size_v<decltype(T::fields)>;

template <class T>
using Values = std::array<std::string_view, field_count<T>>;

/// Finds the value of each field of T; what is no field goes to `unknown`. The last one wins.
template <class T>
Values<T> find_fields(std::string_view data, std::string& unknown) {
  Values<T> values;
  Walker walker(data);
  while (const auto item = walker.next()) {
    std::size_t index = 0;
    bool known = false;
    for_each_field<T>([&](const auto& field) {
      if (!known && key_is(item->key, field.name)) {
        values[index] = item->value;
        known = true;
      }
      ++index;
    });
    if (!known) append_member(unknown, *item);
  }
  return values;
}

template <class T>
bool read_fields(const Values<T>& values, T& message, std::string& why) {
  std::size_t index = 0;
  bool good = true;
  for_each_field<T>([&](const auto& field) {
    const std::string_view value = values[index++];
    if (!good) return;
    const std::string path = "data." + std::string(field.name) + " of " + with_article(T::type);
    if (value.empty() && field.presence == Presence::required) {
      good = fail(why, path + " is missing");
    } else {
      good = read_member(value, message.*field.member, path, why);
    }
  });
  return good;
}

template <Described T>
bool read_data(const Members& members, T& message, Extras& extras, std::string& why) {
  constexpr bool is_raw = std::is_same_v<T, out::Raw>;
  std::string_view data = members.data;
  if (is_raw && data.empty() && members.command) data = "{}";
  if (data.empty()) return fail(why, "data of " + with_article(T::type) + " is missing");
  if (kind_of(data) != Kind::object) {
    return fail(why, "data of " + with_article(T::type) + " must be an object, got " +
                         std::string(name(kind_of(data))));
  }
  Values<T> values = find_fields<T>(data, extras.data);
  if (members.command && is_raw && values[0].empty()) values[0] = members.command->value;
  if (members.command && !is_raw) append_member(extras.top, *members.command);
  return read_fields<T>(values, message, why);
}

bool read_data(const Members& members, UnknownType& message, Extras& extras, std::string&) {
  message.data = members.data;
  if (members.command) append_member(extras.top, *members.command);
  return true;
}

bool read_data(const Members&, WebIn&, Extras&, std::string&) {
  return false;
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
  const auto read_into = [&](auto& message) { return read_data(members, message, extras, why); };
  if (!std::visit(read_into, envelope.message) || !read_meta(members.meta, envelope, extras, why)) {
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

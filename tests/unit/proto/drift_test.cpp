#include <cstdint>
#include <string>

#include <doctest/doctest.h>
#include <google/protobuf/descriptor.h>
#include <nlohmann/json.hpp>

#include <tubes/proto/codec.hpp>

#include "files.hpp"

// The descriptions, the protobuf schema, the JSON Schema and the page of documentation say the
// same.

using namespace tubes;
using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

namespace {

/// Calls check(topic, type) for each described type.
template <class Check>
void for_each_described(Check&& check) {
  for_each_type(in::Types{}, [&](auto type) { check(std::string("in"), type); });
  for_each_type(out::Types{}, [&](auto type) { check(std::string("out"), type); });
  for_each_type(receipts::Types{}, [&](auto type) { check(std::string("receipts"), type); });
}

const Descriptor& schema(const std::string& name) {
  (void)encode({}, WireFormat::protobuf);  // so that the linker keeps the generated code
  const auto* found = DescriptorPool::generated_pool()->FindMessageTypeByName("tubes.v1." + name);
  REQUIRE(found);
  return *found;
}

template <class T>
constexpr int count_fields() {
  return static_cast<int>(std::tuple_size_v<decltype(T::fields)>);
}

bool is_text(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_STRING;
}

bool fits(const FieldDescriptor& field, const std::string&) {
  return is_text(field) && !field.is_repeated();
}
bool fits(const FieldDescriptor& field, const std::vector<std::string>&) {
  return is_text(field) && field.is_repeated();
}
bool fits(const FieldDescriptor& field, bool) {
  return field.type() == FieldDescriptor::TYPE_BOOL && !field.is_repeated();
}
bool fits(const FieldDescriptor& field, std::uint64_t) {
  return field.type() == FieldDescriptor::TYPE_UINT64 && !field.is_repeated();
}
bool fits(const FieldDescriptor& field, const in::Nicks&) {
  return field.is_repeated() && field.message_type() && field.message_type()->field_count() == 2 &&
         field.message_type()->FindFieldByName("nick")->number() == 1 &&
         field.message_type()->FindFieldByName("prefix")->number() == 2;
}

json text_schema() {
  return {{"type", "string"}};
}
json schema_of(const std::string&) {
  return text_schema();
}
json schema_of(const std::vector<std::string>&) {
  return {{"type", "array"}, {"items", text_schema()}};
}
json schema_of(bool) {
  return {{"type", "boolean"}};
}
json schema_of(std::uint64_t) {
  return {{"type", "integer"}, {"minimum", 0}, {"maximum", UINT64_MAX}};
}
json schema_of(const in::Nicks&) {
  return {{"type", "object"}, {"additionalProperties", text_schema()}};
}

template <class T>
json data_schema() {
  json required = json::array(), properties = json::object();
  for_each_field<T>([&](const auto& field) {
    const std::string name(field.name);
    if (field.presence == Presence::required) required.push_back(name);
    properties[name] = schema_of(T{}.*field.member);
  });
  return {{"type", "object"}, {"required", required}, {"properties", properties}};
}

/// How the page of documentation lists a type.
template <class T>
std::string table_row() {
  std::string row = "\n| `" + std::string(T::type) + "` | ";
  std::string separator;
  for_each_field<T>([&](const auto& field) {
    const std::string name = "`" + std::string(field.name) + "`";
    row += separator + (field.presence == Presence::required ? name : "[" + name + "]");
    separator = ", ";
  });
  return row + " | ";
}

std::string section(const std::string& page, const std::string& heading) {
  const std::size_t start = page.find("\n## " + heading);
  REQUIRE(start != std::string::npos);
  return page.substr(start, page.find("\n## ", start + 1) - start);
}

std::size_t count_rows(const std::string& section) {
  std::size_t count = 0;
  for (std::size_t at = section.find("\n| `"); at != std::string::npos;
       at = section.find("\n| `", at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("the variant of messages holds the described types, web_in and the unknown type") {
  std::size_t described = 0;
  for_each_described([&](const auto&, auto) { ++described; });
  CHECK(std::variant_size_v<Message> == described + 2);
}

TEST_CASE("the protobuf schema has the fields that are described, and no others") {
  for_each_described([]<class T>(const std::string& topic, std::type_identity<T>) {
    const std::string member = topic + "_" + std::string(T::type);
    CAPTURE(member);
    const FieldDescriptor* body = schema("Envelope").FindFieldByName(member);
    REQUIRE(body);
    CHECK(body->containing_oneof());
    CHECK(body->message_type()->field_count() == count_fields<T>());
    for_each_field<T>([&](const auto& field) {
      const std::string name(field.name);
      CAPTURE(name);
      const FieldDescriptor* found = body->message_type()->FindFieldByName(name);
      REQUIRE(found);
      CHECK(fits(*found, T{}.*field.member));
    });
  });
}

TEST_CASE("the protobuf schema has a body for each type, and one for those without a description") {
  const auto* bodies = schema("Envelope").FindOneofByName("body");
  REQUIRE(bodies);
  int described = 0;
  for_each_described([&](const auto&, auto) { ++described; });
  CHECK(bodies->field_count() == described + 1);
  CHECK(bodies->containing_type()->FindFieldByName("other")->containing_oneof() == bodies);
}

TEST_CASE("the most frequent messages have a tag of one byte in protobuf") {
  for (const char* member :
       {"in_privmsg", "out_privmsg", "in_join", "in_part", "in_quit", "meta"}) {
    CHECK(schema("Envelope").FindFieldByName(member)->number() < 16);
  }
}

TEST_CASE("the JSON Schema has the fields that are described, and no others") {
  const json defs =
      json::parse(test::read(test::source("proto/tubes/v1/envelope.schema.json"))).at("$defs");
  for_each_described([&]<class T>(const std::string& topic, std::type_identity<T>) {
    const std::string name = topic + "_" + std::string(T::type);
    CAPTURE(name);
    CHECK(defs.value(name, json()) == data_schema<T>());
    CHECK(defs.at(topic).dump().find("\"#/$defs/" + name + "\"") != std::string::npos);
  });
}

TEST_CASE("the page of documentation lists the types and fields that are described") {
  const std::string page = test::read(test::source("docs/PROTOCOL.md"));
  std::size_t rows = 0;
  for (const char* topic : {"in", "out", "receipts"})
    rows += count_rows(section(page, "Topic `" + std::string(topic) + "`"));
  for_each_described([&]<class T>(const std::string& topic, std::type_identity<T>) {
    CAPTURE(table_row<T>());
    CHECK(section(page, "Topic `" + topic + "`").find(table_row<T>()) != std::string::npos);
  });
  std::size_t described = 0;
  for_each_described([&](const auto&, auto) { ++described; });
  CHECK(rows == described);
}

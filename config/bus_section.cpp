#include <tubes/bus/topic.hpp>
#include <tubes/bus/url.hpp>
#include <tubes/config/bus_section.hpp>

namespace tubes::config {
namespace {

std::string read_topic(StrictObject& topics, const char* key, const std::string& otherwise) {
  const auto topic = topics.string(key).value_or(otherwise);
  placed(topics.at(key), [&] { require_topic(topic); });
  return topic;
}

/// Who mixes them up hears what he says himself.
void require_different(const Place& place, const Topics& topics) {
  const auto require = [&](const char* one, const char* other, const auto& name, const auto& same) {
    if (name != same) return;
    place.refuse(std::string{one} + " and " + other + " are both \"" + name +
                 "\": each needs a topic of its own");
  };
  require("in", "out", topics.in, topics.out);
  require("in", "receipts", topics.in, topics.receipts);
  require("out", "receipts", topics.out, topics.receipts);
}

WireFormat read_format(StrictObject& wire, const char* key) {
  const auto name = wire.string(key).value_or("json");
  return placed(wire.at(key), [&] { return wire_format_named(name); });
}

}  // namespace

BusSection read_bus_section(StrictObject& root) {
  BusSection bus;
  bus.url = root.required_string("bus");
  placed(root.at("bus"), [&] { Url::parse(bus.url); });
  if (auto wire = root.object("wire")) {
    bus.wire_in = read_format(*wire, "in");
    bus.wire_out = read_format(*wire, "out");
    wire->finish();
  }
  bus.topics = read_topics(root, {});
  return bus;
}

std::optional<Topics> read_topics(StrictObject& object, const Topics& otherwise) {
  auto names = object.object("topics");
  if (!names) return std::nullopt;
  Topics topics{read_topic(*names, "in", otherwise.in), read_topic(*names, "out", otherwise.out),
                read_topic(*names, "receipts", otherwise.receipts)};
  names->finish();
  require_different(names->place(), topics);
  return topics;
}

WireFormat wire_format_named(std::string_view name) {
  if (name == "json") return WireFormat::json;
  if (name == "protobuf") return WireFormat::protobuf;
  throw Error(ErrorCode::invalid_config,
              "expected json or protobuf, found \"" + std::string{name} + "\"");
}

}  // namespace tubes::config

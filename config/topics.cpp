#include <tubes/config/strict_object.hpp>
#include <tubes/config/topics.hpp>

namespace tubes::config {
namespace {

Json to_json(const Topics& topics) {
  return {{"in", topics.in}, {"out", topics.out}, {"receipts", topics.receipts}};
}

Topics read(StrictObject& object, const std::string& receipts) {
  return {object.required_string("in"), object.required_string("out"),
          object.string("receipts").value_or(receipts)};
}

}  // namespace

const Topics& TopicsInUse::of(const std::string& network) const {
  const auto own = networks.find(network);
  return own == networks.end() ? shared : own->second;
}

std::string to_text(const TopicsInUse& topics) {
  Json json = to_json(topics.shared);
  for (const auto& [name, own] : topics.networks) json["networks"][name] = to_json(own);
  return json.dump();
}

TopicsInUse topics_from(std::string_view text) {
  const auto name = std::string("the retained value ") + topics_key;
  const Json json = parse_json(name, text);
  StrictObject root{{name, ""}, json};
  TopicsInUse topics{read(root, Topics{}.receipts), {}};
  for (auto& [network, own] : root.objects("networks"))
    topics.networks[network] = read(own, topics.shared.receipts);
  return topics;
}

std::optional<TopicsInUse> learn_topics(Bus& bus) {
  if (!bus.capabilities().retained) return std::nullopt;
  const auto text = bus.get(topics_key);
  return text ? std::optional{topics_from(*text)} : std::nullopt;
}

}  // namespace tubes::config

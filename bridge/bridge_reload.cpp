#include <algorithm>
#include <utility>

#include <asio/post.hpp>
#include <spdlog/spdlog.h>

#include <tubes/bridge/bridge.hpp>
#include <tubes/bridge/changes.hpp>

namespace tubes::bridge {
namespace {

/// What is to become of each network of a configuration that is read again.
struct Plan {
  Change change = Change::anew;
  bool is_new = true;
  std::unique_ptr<Network> fresh;  ///< where it begins anew
};

Plan plan_of(const Config& was, const Config& is, const NetworkConfig& network) {
  const auto& name = network.session.network;
  const auto found = std::ranges::find_if(
      was.networks, [&](const auto& other) { return other.session.network == name; });
  if (found == was.networks.end()) return {};
  const bool same_topics = was.topics.of(name) == is.topics.of(name);
  return {same_topics ? change_of(*found, network) : Change::anew, false, nullptr};
}

const char* described(const Plan& plan) {
  if (plan.is_new) return "is new";
  if (plan.change == Change::none) return "stays as it was";
  return plan.change == Change::in_place ? "changes while it is connected" : "begins anew";
}

}  // namespace

void Bridge::reload(Config config) {
  for (const auto& key : keep_until_restart(config_, config)) {
    spdlog::warn("{} has changed in the configuration; it stays as it was until a restart", key);
  }
  auto subscriptions = listen(config);
  try {
    on_thread([&] { apply(std::move(config)); });
  } catch (...) {
    const std::lock_guard lock{out_topics_mutex_};
    for (const auto& [topic, subscription] : subscriptions) out_topics_.erase(topic);
    throw;
  }
  out_.merge(std::move(subscriptions));
  std::set<std::string> used;
  for (std::size_t i = 0; i < networks_.size(); ++i) used.insert(topics_of(i).out);
  std::erase_if(out_, [&](const auto& out) { return !used.contains(out.first); });
  const std::lock_guard lock{out_topics_mutex_};
  out_topics_ = std::move(used);
}

/// On the networks' thread. What may throw comes first.
void Bridge::apply(Config config) {
  std::vector<Plan> plans;
  for (const auto& network : config.networks) {
    auto& plan = plans.emplace_back(plan_of(config_, config, network));
    if (plan.change == Change::anew)
      plan.fresh = make_network(network, config.topics.of(network.session.network));
  }
  const auto* const first = networks_.front().get();
  Networks networks;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const auto& network = config.networks[i];
    auto now = take_network(network.session.network);
    if (plans[i].change == Change::in_place) now->change(network);
    if (plans[i].change == Change::anew) {
      auto waiting = now ? now->take_waiting() : std::vector<irc::Command>{};
      for (auto& command : waiting) plans[i].fresh->perform(std::move(command));
      part_with(std::exchange(now, std::move(plans[i].fresh)));
    }
    networks.push_back(std::move(now));
    spdlog::info("{}: {}", network.session.network, described(plans[i]));
  }
  for (auto& gone : std::exchange(networks_, {})) part_with(std::move(gone));
  config_ = std::move(config);
  networks_ = std::move(networks);
  publish_state();
  if (const auto& now = networks_.front(); now.get() != first) {
    const auto nick = now->nick();
    retained_.set(nick_key, nick.empty() ? std::nullopt : std::optional{nick});
  }
  start_networks();
}

/// Nothing if there is none.
std::unique_ptr<Network> Bridge::take_network(const std::string& name) {
  const auto found = std::ranges::find_if(
      networks_, [&](const auto& network) { return network && network->name() == name; });
  return found == networks_.end() ? nullptr : std::move(*found);
}

void Bridge::part_with(std::unique_ptr<Network> network) {
  if (!network) return;
  spdlog::info("{}: quits", network->name());
  auto& leaving = *leaving_.emplace_back(std::move(network));
  longest_drain_ = std::max(longest_drain_, config_.drain);
  leaving.quit("the configuration has changed", config_.drain);
}

/// Whoever calls this may be the very network: it goes later.
void Bridge::network_ended() {
  asio::post(io_, [this] {
    std::erase_if(leaving_, [](const auto& network) { return network->has_ended(); });
    start_networks();
  });
}

}  // namespace tubes::bridge

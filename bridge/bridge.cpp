#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>

#include <asio/post.hpp>
#include <spdlog/spdlog.h>

#include <tubes/bridge/bridge.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bridge/on_bus.hpp>

namespace tubes::bridge {
namespace {

/// How long the networks may take to quit once they have said what waits.
constexpr std::chrono::seconds time_to_quit{2};

constexpr const char* admin_key = "admin_spew_channels";

void warn_of(const Gaps::Gap& gap) {
  spdlog::warn("{} messages of {} on {} never came: {}", gap.count,
               irc::printable(std::string_view{gap.publisher}.substr(0, 40)), gap.topic,
               gap.away ? "they were published while the bridge was away from the bus"
                        : "they were lost on the way");
}

std::string_view type_of(const Message& message) {
  const auto* unknown = std::get_if<UnknownType>(&message);
  return unknown != nullptr ? std::string_view{unknown->type} : "of another topic";
}

}  // namespace

Bridge::Bridge(Bus& bus, Config config)
    : bus_(bus),
      config_(std::move(config)),
      work_(asio::make_work_guard(io_)),
      retained_(bus),
      sts_(config_.state_file) {
  for (std::size_t i = 0; i < config_.networks.size(); ++i) {
    networks_.push_back(make_network(config_.networks[i], topics_of(i)));
  }
}

Bridge::~Bridge() {
  stop();
}

std::unique_ptr<Network> Bridge::make_network(const NetworkConfig& config,
                                              const config::Topics& topics) {
  auto& in = publisher_of(topics.in);
  auto& receipts = publisher_of(topics.receipts);
  return std::make_unique<Network>(
      io_, config, sts_,
      Network::Handlers{[&in](const Message& event) { in.publish(event); },
                        [this, name = config.session.network](const std::string& nick) {
                          nick_changed(name, nick);
                        },
                        [&receipts](const auto& receipt) { receipts.publish(receipt); },
                        [this] { network_ended(); }});
}

void Bridge::start() {
  publish_state();
  events_ = bus_.on_event([this](const Event& event) { handle(event); });
  pulses_ = bus_.on_pulse([this](const Pulse& pulse) { heard(pulse); });
  out_ = listen(config_);
  asio::post(io_, [this] { start_networks(); });
  thread_ = std::thread{[this] {
    io_.run();
    ended_.set_value();
  }};
}

/// But for those whose predecessor is there still, and has their nick.
void Bridge::start_networks() {
  for (auto& network : networks_) {
    const bool waits = std::ranges::any_of(leaving_, [&](const auto& other) {
      return !other->has_ended() && other->name() == network->name();
    });
    if (!waits && !network->was_started()) network->start();
  }
}

void Bridge::stop() {
  out_.clear();
  pulses_.reset();
  if (thread_.joinable()) {
    asio::post(io_, [this] {
      for (auto& network : networks_) network->quit("tubes-bridge stops", config_.drain);
    });
    work_.reset();
    const auto patience = std::max(config_.drain, longest_drain_) + time_to_quit;
    if (ended_.get_future().wait_for(patience) != std::future_status::ready) io_.stop();
    thread_.join();
    for (const auto* const all : {&networks_, &leaving_})
      for (const auto& network : *all) network->abandon();
    retained_.set(nick_key, std::nullopt);
  }
  events_.reset();
  retained_.finish();
}

/// Returns when it is done; throws what it throws.
void Bridge::on_thread(const std::function<void()>& act) {
  std::packaged_task<void()> task{act};
  asio::post(io_, [&task] { task(); });
  task.get_future().get();
}

Publisher& Bridge::publisher_of(const std::string& topic) {
  return publishers_.try_emplace(topic, bus_, topic, config_.wire_in).first->second;
}

const config::Topics& Bridge::topics_of(std::size_t network) const {
  return config_.topics.of(config_.networks[network].session.network);
}

std::map<std::string, Subscription> Bridge::listen(const Config& config) {
  std::map<std::string, Subscription> subscriptions;
  for (const auto& network : config.networks) {
    const auto topic = config.topics.of(network.session.network).out;
    if (out_.contains(topic) || subscriptions.contains(topic)) continue;
    {
      const std::lock_guard lock{out_topics_mutex_};
      out_topics_.insert(topic);
    }
    SubscribeOptions options;
    options.ready = Ready::background;
    subscriptions[topic] = bus_.subscribe(topic, [this](const Delivery& d) { take(d); }, options);
  }
  return subscriptions;
}

void Bridge::take(const Delivery& delivery) {
  auto decoded = decode(Role::out, delivery.payload);
  if (!decoded.envelope) {
    return spdlog::warn("a payload on {} was passed over: {}", delivery.topic, decoded.why);
  }
  const auto& [publisher, sequence] = decoded.envelope->meta;
  if (const auto gap = gaps_.message(delivery.topic, publisher, sequence)) warn_of(*gap);
  asio::post(io_,
             [this, topic = std::string{delivery.topic}, sender = publisher,
              message = std::move(decoded.envelope->message)] { perform(topic, message, sender); });
}

void Bridge::heard(const Pulse& pulse) {
  const auto is_ours = [this](const std::string& topic) {
    const std::lock_guard lock{out_topics_mutex_};
    return out_topics_.contains(topic);
  };
  if (pulse.kind == Pulse::Kind::away) gaps_.away();
  if (pulse.kind == Pulse::Kind::live && is_ours(pulse.filter)) gaps_.live(pulse.filter);
  if (pulse.kind != Pulse::Kind::beat) return;
  for (const auto& gap : gaps_.heartbeat(pulse.beat)) warn_of(gap);
}

void Bridge::perform(const std::string& topic, const Message& message, const std::string& sender) {
  auto order = order_of(message, sender);
  if (!order) {
    return spdlog::warn("a message on {} was passed over: its type is {}", topic,
                        irc::printable(type_of(message).substr(0, 40)));
  }
  const auto& id = order->command.id;
  if (id.size() > out::max_id) {
    return spdlog::warn(
        "a message on {} was passed over: its id has {} bytes, over the {} there may be", topic,
        id.size(), out::max_id);
  }
  if (Network* const network = find_network(topic, order->network)) {
    return network->perform(std::move(order->command));
  }
  refuse(topic, id, "no_network",
         "no network there is called \"" +
             irc::printable(std::string_view{order->network}.substr(0, 40)) + "\"");
}

void Bridge::refuse(const std::string& topic, const std::string& id, const char* code,
                    const std::string& why) {
  spdlog::warn("a message on {} was passed over: {}", topic, why);
  if (id.empty()) return;
  std::size_t network = 0;
  while (network < networks_.size() && topics_of(network).out != topic) ++network;
  const auto& topics = network < networks_.size() ? topics_of(network) : config_.topics.shared;
  const auto receipt = irc::Receipt{id, false, {irc::Outcome::failed, code, why}};
  publisher_of(topics.receipts).publish(message_of(receipt, ""));
}

/// Only among those that listen to the topic: their pairs of topics keep networks apart.
Network* Bridge::find_network(const std::string& topic, const std::string& name) {
  for (std::size_t i = 0; i < networks_.size(); ++i)
    if (topics_of(i).out == topic && (name.empty() || networks_[i]->name() == name))
      return networks_[i].get();
  return nullptr;
}

void Bridge::handle(const Event& event) {
  const auto kind = tubes::name(event.kind);
  switch (event.kind) {
    case Event::Kind::connected:
      bus_trouble_.clear();
      retained_.write_again();
      [[fallthrough]];
    case Event::Kind::subscribed:
    case Event::Kind::resubscribed:
      return spdlog::info("bus: {} {}", kind, event.what);
    case Event::Kind::disconnected:
      // Told at every attempt to connect; a log needs it once.
      if (std::exchange(bus_trouble_, event.what) == event.what) return;
      return spdlog::warn("bus: {}: {}; will keep trying", kind, event.what);
    default:
      return spdlog::warn("bus: {} {} ({})", kind, event.what, event.count);
  }
}

void Bridge::publish_state() {
  std::string list;
  for (const auto& channel : config_.networks.front().admin_spew_channels) {
    list.append(list.empty() ? "" : ",").append(channel);
  }
  retained_.set(admin_key, list);
  retained_.set(config::topics_key, config::to_text(config_.topics));
}

void Bridge::nick_changed(const std::string& network, const std::string& nick) {
  if (network == config_.networks.front().session.network) retained_.set(nick_key, nick);
}

}  // namespace tubes::bridge

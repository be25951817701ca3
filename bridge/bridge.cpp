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

/// How long the networks may take to quit.
constexpr std::chrono::seconds patience{2};

constexpr const char* nick_key = "nick";
constexpr const char* admin_key = "admin_spew_channels";

/// Bytes of an id; a sender whose is longer learns nothing.
constexpr std::size_t longest_id = 128;

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
    auto& in = publisher_of(topics_of(i).in);
    auto& receipts = publisher_of(topics_of(i).receipts);
    networks_.push_back(std::make_unique<Network>(
        io_, config_.networks[i], sts_,
        Network::Handlers{[&in](const Message& event) { in.publish(event); },
                          [this, i](const std::string& nick) { nick_changed(i, nick); },
                          [&receipts](const auto& receipt) { receipts.publish(receipt); }}));
  }
}

Bridge::~Bridge() {
  stop();
}

void Bridge::start() {
  publish_admin_channels();
  retained_.set(config::topics_key, config::to_text(config_.topics));
  events_ = bus_.on_event([this](const Event& event) { handle(event); });
  pulses_ = bus_.on_pulse([this](const Pulse& pulse) { heard(pulse); });
  for (std::size_t i = 0; i < networks_.size(); ++i) listen(topics_of(i).out);
  asio::post(io_, [this] {
    for (auto& network : networks_) network->start();
  });
  thread_ = std::thread{[this] {
    io_.run();
    ended_.set_value();
  }};
}

void Bridge::stop() {
  out_.clear();
  pulses_.reset();
  if (thread_.joinable()) {
    asio::post(io_, [this] {
      for (auto& network : networks_) network->quit("tubes-bridge stops");
    });
    work_.reset();
    if (ended_.get_future().wait_for(patience) != std::future_status::ready) io_.stop();
    thread_.join();
    retained_.set(nick_key, std::nullopt);
  }
  events_.reset();
  retained_.finish();
}

Publisher& Bridge::publisher_of(const std::string& topic) {
  return publishers_.try_emplace(topic, bus_, topic, config_.wire_in).first->second;
}

const config::Topics& Bridge::topics_of(std::size_t network) const {
  return config_.topics.of(config_.networks[network].session.network);
}

void Bridge::listen(const std::string& topic) {
  if (out_.contains(topic)) return;
  SubscribeOptions options;
  options.ready = Ready::background;
  out_[topic] = bus_.subscribe(topic, [this](const Delivery& d) { take(d); }, options);
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
  const auto is_ours = [&](const auto& network) {
    return config_.topics.of(network.session.network).out == pulse.filter;
  };
  if (pulse.kind == Pulse::Kind::away) gaps_.away();
  if (pulse.kind == Pulse::Kind::live && std::ranges::any_of(config_.networks, is_ours))
    gaps_.live(pulse.filter);
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
  if (id.size() > longest_id) {
    return spdlog::warn(
        "a message on {} was passed over: its id has {} bytes, over the {} there may be", topic,
        id.size(), longest_id);
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
  const auto listens = [&](std::size_t i) { return topics_of(i).out == topic; };
  std::size_t network = 0;
  while (!listens(network)) ++network;
  publisher_of(topics_of(network).receipts)
      .publish(message_of({id, false, {irc::Outcome::failed, code, why}}, ""));
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

void Bridge::publish_admin_channels() {
  std::string list;
  for (const auto& channel : config_.networks.front().admin_spew_channels) {
    list.append(list.empty() ? "" : ",").append(channel);
  }
  retained_.set(admin_key, list);
}

void Bridge::nick_changed(std::size_t network, const std::string& nick) {
  if (network == 0) retained_.set(nick_key, nick);
}

}  // namespace tubes::bridge

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>

#include <asio/post.hpp>
#include <spdlog/spdlog.h>

#include <tubes/bridge/bridge.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::bridge {
namespace {

/// How long the networks may take to quit.
constexpr std::chrono::seconds patience{2};

constexpr const char* nick_key = "nick";
constexpr const char* admin_key = "admin_spew_channels";

/// The network that an `out` message names; nothing if it is no message for IRC.
const std::string* network_of(const Message& message) {
  if (const auto* said = std::get_if<out::Privmsg>(&message)) return &said->network;
  if (const auto* action = std::get_if<out::Action>(&message)) return &action->network;
  if (const auto* raw = std::get_if<out::Raw>(&message)) return &raw->network;
  return nullptr;
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
      publisher_(bus, config_.topic_in, config_.wire_in),
      retained_(bus) {
  for (std::size_t i = 0; i < config_.networks.size(); ++i) {
    networks_.push_back(std::make_unique<Network>(
        io_, config_.networks[i],
        Network::Handlers{[this](const Message& event) { publisher_.publish(event); },
                          [this, i](const std::string& nick) { nick_changed(i, nick); }}));
  }
}

Bridge::~Bridge() {
  stop();
}

void Bridge::start() {
  publish_admin_channels();
  events_ = bus_.on_event([this](const Event& event) { handle(event); });
  SubscribeOptions options;
  options.ready = Ready::background;
  out_ = bus_.subscribe(config_.topic_out, [this](const Delivery& d) { take(d); }, options);
  asio::post(io_, [this] {
    for (auto& network : networks_) network->start();
  });
  thread_ = std::thread{[this] {
    io_.run();
    ended_.set_value();
  }};
}

void Bridge::stop() {
  out_.reset();
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

void Bridge::take(const Delivery& delivery) {
  auto decoded = decode(Role::out, delivery.payload);
  if (!decoded.envelope) {
    return spdlog::warn("a payload on {} was passed over: {}", config_.topic_out, decoded.why);
  }
  asio::post(io_, [this, message = std::move(decoded.envelope->message)] { perform(message); });
}

void Bridge::perform(const Message& message) {
  const std::string* const name = network_of(message);
  if (name == nullptr) {
    return spdlog::warn("a message on {} was passed over: its type is {}", config_.topic_out,
                        irc::printable(type_of(message).substr(0, 40)));
  }
  if (Network* const network = find_network(*name)) return network->perform(message);
  spdlog::warn("a message on {} was passed over: no network is called \"{}\"", config_.topic_out,
               irc::printable(std::string_view{*name}.substr(0, 40)));
}

Network* Bridge::find_network(const std::string& name) {
  if (name.empty()) return networks_.front().get();
  const auto found = std::find_if(networks_.begin(), networks_.end(),
                                  [&](const auto& network) { return network->name() == name; });
  return found == networks_.end() ? nullptr : found->get();
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

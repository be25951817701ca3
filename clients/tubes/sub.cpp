#include <iostream>
#include <memory>
#include <vector>

#include <tubes/clients/program.hpp>
#include <tubes/clients/shutdown.hpp>
#include <tubes/proto/codec.hpp>
#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

/// What a topic most likely carries, by its name.
Role role_of(std::string_view topic) {
  if (topic.starts_with("out")) return Role::out;
  return topic.starts_with("receipts") ? Role::receipts : Role::in;
}

/// A payload as a person reads it: a protobuf envelope as JSON, control bytes as \xNN.
std::string readable(const Delivery& delivery) {
  const auto decoded = decode(role_of(delivery.topic), delivery.payload);
  if (decoded.envelope && decoded.format == WireFormat::protobuf)
    return encode(*decoded.envelope, WireFormat::json);
  std::string text;
  for (const char c : delivery.payload) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      text += c;
      continue;
    }
    const char* digits = "0123456789abcdef";
    text.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return text;
}

struct Sub {
  std::string url;
  std::vector<std::string> filters;
  std::size_t count = 0;
  bool raw = false;

  void operator()() const {
    Shutdown shutdown;
    const auto bus = open(url);
    const auto events = bus->on_event([](const Event& event) {
      std::cerr << "tubes: " << name(event.kind) << " " << event.what << std::endl;
    });
    std::size_t printed = 0;
    std::vector<Subscription> subscriptions;
    subscriptions.reserve(filters.size());
    for (const auto& filter : filters) {
      subscriptions.push_back(bus->subscribe(filter, [&](const Delivery& delivery) {
        if (count > 0 && printed == count) return;
        print(delivery);
        if (++printed == count) shutdown.request();
      }));
      std::cerr << "tubes: subscribed " << filter << std::endl;
    }
    shutdown.wait();
  }

  void print(const Delivery& delivery) const {
    if (raw)
      std::cout << delivery.payload << std::endl;
    else
      std::cout << delivery.topic << " " << readable(delivery) << std::endl;
  }
};

}  // namespace

void add_sub(CLI::App& app, Action& action) {
  auto sub = std::make_shared<Sub>();
  auto* verb = app.add_subcommand("sub", "Print what is published, a line each, until Ctrl-C");
  verb->add_option("filter", sub->filters, "Topics (in), or all below one ('in.>')")->required();
  verb->add_option("--count", sub->count, "End after so many messages");
  verb->add_flag("--raw", sub->raw, "Print the payloads alone, as they came");
  add_bus_flag(*verb, sub->url);
  verb->callback([sub, &action] { action = *sub; });
}

}  // namespace tubes::clients

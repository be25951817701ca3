#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broken.hpp"
#include "passing_bus.hpp"
#include "passing_driver.hpp"

// Which messages a subscription gets, and from when to when.

namespace tubes::test {
namespace {

/// Says that a subscription is live, and asks for it with the next one.
class ReadyTooEarly final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  void subscribe(const Filter& filter) override {
    sink().subscribed(filter.text());
    if (const auto earlier = std::exchange(late_, filter)) PassingDriver::subscribe(*earlier);
  }

 private:
  std::optional<Filter> late_;
};

/// The backend handles the unsubscribe after the subscribe that followed it.
class UnsubscribesTooLate final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  void unsubscribe(const Filter& filter) override { late_.push_back(filter); }
  void subscribe(const Filter& filter) override {
    PassingDriver::subscribe(filter);
    for (const auto& ended : std::exchange(late_, {})) PassingDriver::unsubscribe(ended);
  }

 private:
  std::vector<Filter> late_;
};

/// Has room for so many subscriptions, and does not say so.
class SubscribesAHundred final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  void subscribe(const Filter& filter) override {
    if (++count_ <= 100) return PassingDriver::subscribe(filter);
    sink().subscribed(filter.text());
  }

 private:
  int count_ = 0;
};

/// Gets a copy from the backend for each of its filters, and does not say which one it is for.
class OverlapsTwice final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  void subscribe(const Filter& filter) override {
    filters_.push_back(filter);
    PassingDriver::subscribe(filter);
  }

 private:
  void received(std::string_view topic, std::string_view payload,
                std::string_view filter) override {
    for (const auto& one : filters_)
      if (one.matches(topic)) sink().received(topic, payload, filter);
  }

  std::vector<Filter> filters_;
};

/// Takes the sender's own messages for an echo.
class DeafToItself final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  std::size_t send(std::span<const Outgoing* const> messages) override {
    for (const auto* message : messages) own_.insert(message->payload);
    return PassingDriver::send(messages);
  }

 private:
  void received(std::string_view topic, std::string_view payload,
                std::string_view filter) override {
    if (own_.erase(std::string(payload)) == 0) sink().received(topic, payload, filter);
  }

  std::set<std::string> own_;
};

/// A wildcard of the backend that also matches what it stands behind.
class PrefixMatchesItself final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    if (filter.ends_with(".>"))
      also_.push_back(PassingBus::subscribe(filter.substr(0, filter.size() - 2), handler, options));
    return PassingBus::subscribe(filter, std::move(handler), options);
  }

 private:
  std::vector<Subscription> also_;
};

/// A wildcard of the backend that knows no dots: "in.>" as "in*".
class PrefixLeaks final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  std::size_t send(std::span<const Outgoing* const> messages) override {
    std::vector<Outgoing> leaking;
    for (const auto* message : messages) {
      leaking.push_back(*message);
      auto& topic = leaking.back().topic;
      if (topic.starts_with("in") && topic.size() > 2 && topic[2] != '.') topic.insert(2, ".");
    }
    std::vector<const Outgoing*> pointers;
    for (const auto& message : leaking) pointers.push_back(&message);
    return PassingDriver::send(pointers);
  }
};

/// A wildcard of the backend that stands for one token.
class PrefixIsOneDeep final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    const auto stem = filter.ends_with(".>") ? filter.size() - 1 : 0;
    const auto one_deep = [stem, handler = std::move(handler)](const Delivery& delivery) {
      if (stem == 0 || delivery.topic.find('.', stem) == std::string_view::npos) handler(delivery);
    };
    return PassingBus::subscribe(filter, one_deep, options);
  }
};

/// Has one handler a filter: the last.
class OneHandlerAFilter final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    const auto newest = std::make_shared<int>();
    newest_[std::string(filter)] = newest;
    const auto if_newest = [valid = std::weak_ptr(newest),
                            handler = std::move(handler)](const Delivery& delivery) {
      if (!valid.expired()) handler(delivery);
    };
    return PassingBus::subscribe(filter, if_newest, options);
  }

 private:
  std::map<std::string, std::shared_ptr<int>, std::less<>> newest_;
};

/// The bus ends all subscriptions to a filter with the first.
class EndsTheOthersToo final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    auto& alive = alive_[std::string(filter)];
    if (alive.expired()) first_ = std::make_shared<int>();
    if (alive.expired()) alive = first_;
    const auto with_the_first = [alive, own = std::exchange(first_, nullptr),
                                 handler = std::move(handler)](const Delivery& delivery) {
      if (!alive.expired()) handler(delivery);
    };
    return PassingBus::subscribe(filter, with_the_first, options);
  }

 private:
  std::shared_ptr<int> first_;
  std::map<std::string, std::weak_ptr<int>, std::less<>> alive_;
};

BROKEN_BUS("a bus that is ready too early", {.driver = driver<ReadyTooEarly>},
           {{"what is published once subscribe returned arrives, whoever starts first",
             "in vain for the delivery \"live\""},
            {"who subscribes while others publish misses nothing from then on", "in vain"},
            {"a background subscription is live when the event says so", "in vain"}})

BROKEN_BUS("a bus that unsubscribes too late", {.driver = driver<UnsubscribesTooLate>},
           {{"who subscribes again right after the last subscription ended hears again",
             "in vain"}})

BROKEN_BUS("a bus with room for a hundred filters", {.driver = driver<SubscribesAHundred>},
           {{"ten thousand subscriptions of one bus each get what is theirs", "in vain"}})

BROKEN_BUS("a bus that gets a copy for each of its filters", {.driver = driver<OverlapsTwice>},
           {{"overlapping subscriptions get each message once each", "and not"}})

BROKEN_BUS("a bus that is deaf to itself", {.driver = driver<DeafToItself>},
           {{"two buses in one process hear each other, and each hears itself", "in vain"}})

BROKEN_BUS("a bus whose prefix matches itself", {.bus = bus<PrefixMatchesItself>},
           {{"a prefix matches what is below its dot, at any depth, and not itself",
             "\"in\", \"in.a\""}})

BROKEN_BUS("a bus whose prefix leaks", {.driver = driver<PrefixLeaks>},
           {{"a prefix matches what is below its dot, at any depth, and not itself", "\"in.2.a\""}})

BROKEN_BUS("a bus whose prefix is one token deep", {.bus = bus<PrefixIsOneDeep>},
           {{"a prefix matches what is below its dot, at any depth, and not itself",
             "2 {\"in.a\", \"in.end\""}})

BROKEN_BUS("a bus with one handler a filter", {.bus = bus<OneHandlerAFilter>},
           {{"overlapping subscriptions get each message once each", "in vain"},
            {"a subscription that is moved goes on, one that is replaced ends", "in vain"}})

BROKEN_BUS("a bus where one subscription that ends takes the others along",
           {.bus = bus<EndsTheOthersToo>},
           {{"a subscription that ended hears nothing more, and the others go on", "and not"}})

}  // namespace
}  // namespace tubes::test

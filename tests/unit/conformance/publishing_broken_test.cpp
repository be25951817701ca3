#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broken.hpp"
#include "passing_bus.hpp"

// What publish and its kin take, refuse and promise.

namespace tubes::test {
namespace {

/// Makes a topic of anything, and anything larger than that fit.
std::string mended(std::string_view text) {
  std::string topic(text.substr(0, 255));
  for (char& c : topic)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '_';
  return topic.empty() ? "_" : topic;
}

struct PublishesAnywhere final : PassingBus {
  using PassingBus::PassingBus;
  void publish(std::string_view topic, std::string_view payload) override {
    PassingBus::publish(mended(topic), payload);
  }
};
struct TriesAnywhere final : PassingBus {
  using PassingBus::PassingBus;
  bool try_publish(std::string_view topic, std::string_view payload) override {
    return PassingBus::try_publish(mended(topic), payload);
  }
};
struct ReadsAnyKey final : PassingBus {
  using PassingBus::PassingBus;
  std::optional<std::string> get(std::string_view key) override {
    return PassingBus::get(mended(key));
  }
};
struct SubscribesToAnything final : PassingBus {
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    const bool is_prefix = filter.size() > 2 && filter.ends_with(".>");
    return PassingBus::subscribe(is_prefix ? std::string(filter) : mended(filter),
                                 std::move(handler), options);
  }
};

struct CutsWhatIsTooLarge final : PassingBus {
  using PassingBus::PassingBus;
  void publish(std::string_view topic, std::string_view payload) override {
    PassingBus::publish(topic, payload.substr(0, 1 << 20));
  }
};

/// Reads its arguments when the next call comes, and what they held is gone.
struct KeepsViews final : PassingBus {
  using PassingBus::PassingBus;
  void publish(std::string_view topic, std::string_view payload) override {
    send();
    topic_ = topic;
    payload_ = payload;
  }
  void flush(Milliseconds timeout) override {
    send();
    PassingBus::flush(timeout);
  }

 private:
  void send() {
    if (!topic_.empty()) PassingBus::publish(topic_, payload_);
    topic_ = {};
  }
  std::string_view topic_, payload_;
};

struct RefusesWithoutSizes final : PassingBus {
  using PassingBus::PassingBus;
  void publish(std::string_view topic, std::string_view payload) override {
    try {
      PassingBus::publish(topic, payload);
    } catch (const Error& error) {
      throw Error(error.code(), "too large");
    }
  }
};

struct FlushDoesNotWait final : PassingBus {
  using PassingBus::PassingBus;
  void flush(Milliseconds) override {}
};

/// Publishes what was tried when something is published the next time.
class TriesLater final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  bool try_publish(std::string_view topic, std::string_view payload) override {
    late_.emplace_back(topic, payload);
    return true;
  }
  void publish(std::string_view topic, std::string_view payload) override {
    PassingBus::publish(topic, payload);
    for (const auto& [late_topic, late] : std::exchange(late_, {}))
      PassingBus::publish(late_topic, late);
  }

 private:
  std::vector<std::pair<std::string, std::string>> late_;
};

/// Counts before it asks for the payload.
class NumbersFailuresToo final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  void publish_numbered(std::string_view topic, const Make& make) override {
    const auto number = ++last_[std::string(topic)];
    PassingBus::publish_numbered(topic, [&](std::uint64_t) { return make(number); });
  }

 private:
  std::map<std::string, std::uint64_t> last_;
};

/// Has one count for all topics.
class NumbersAllTopics final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  void publish_numbered(std::string_view topic, const Make& make) override {
    PassingBus::publish_numbered(topic, [&](std::uint64_t) { return make(last_ + 1); });
    ++last_;
  }

 private:
  std::uint64_t last_ = 0;
};

struct HasTheIdOfAll final : PassingBus {
  using PassingBus::PassingBus;
  const std::string& id() const noexcept override { return same; }
  const std::string same = std::string(32, 'a');
};

/// Does not take what there is nobody to call for as an error.
struct CallsNobody final : PassingBus {
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    if (!handler) return {};
    return PassingBus::subscribe(filter, std::move(handler), options);
  }
};

/// Forgets what there is to get, without a word.
struct RetainsNothing final : PassingBus {
  using PassingBus::PassingBus;
  void put(std::string_view, std::string_view) override {}
};

const char* const grammar = "a topic outside the grammar is refused at the call";
const char* const too_large = "a payload over max_payload is refused with both sizes";
const char* const numbered = "publish_numbered counts what was published, and nothing else";

BROKEN_BUS("a bus that publishes on any topic", {.bus = bus<PublishesAnywhere>},
           {{grammar, "no error was thrown"}})
BROKEN_BUS("a bus that tries any topic", {.bus = bus<TriesAnywhere>},
           {{grammar, "no error was thrown"}})
BROKEN_BUS("a bus that reads any key", {.bus = bus<ReadsAnyKey>},
           {{grammar, "no error was thrown"}})
BROKEN_BUS("a bus that subscribes to anything", {.bus = bus<SubscribesToAnything>},
           {{grammar, "no error was thrown"}})
BROKEN_BUS("a bus that does not enforce max_payload",
           {.options = [](BusOptions& options) { options.max_payload = 8 << 20; }},
           {{too_large, "no error was thrown"}})
BROKEN_BUS("a bus that cuts what is too large", {.bus = bus<CutsWhatIsTooLarge>},
           {{too_large, "no error was thrown"}})
BROKEN_BUS("a bus that keeps a reference to its arguments", {.bus = bus<KeepsViews>},
           {{"publish keeps no reference to its arguments",
             "in vain for 100 deliveries, with 99"}});
BROKEN_BUS("a bus that refuses without the sizes", {.bus = bus<RefusesWithoutSizes>},
           {{too_large, "is not so"}})
BROKEN_BUS("a bus whose flush returns early", {.bus = bus<FlushDoesNotWait>},
           {{"what a frozen backend never answered waits, and is unconfirmed once it dies",
             "no error was thrown"}})
BROKEN_BUS("a bus whose try_publish is overtaken", {.bus = bus<TriesLater>},
           {{"try_publish publishes, in one order with publish",
             "in vain for 3 deliveries, with 2"}})
BROKEN_BUS("a bus that numbers what it did not publish", {.bus = bus<NumbersFailuresToo>},
           {{numbered, "and not"}})
BROKEN_BUS("a bus that numbers all topics as one", {.bus = bus<NumbersAllTopics>},
           {{numbered, "and not"}})
BROKEN_BUS("a bus with the id of another", {.bus = bus<HasTheIdOfAll>},
           {{"each bus has an id of its own", "is not so"}})
BROKEN_BUS("a bus that subscribes nobody", {.bus = bus<CallsNobody>},
           {{"a subscription, a listener and a timer want something to call",
             "no error was thrown"}})
BROKEN_BUS("a bus that retains nothing and does not say so",
           {.bus = bus<RetainsNothing>, .capabilities = {.retained = false}},
           {{"retained values are refused where the transport has none", "no error was thrown"}})

}  // namespace
}  // namespace tubes::test

#include <map>
#include <optional>
#include <string>

#include "broken.hpp"
#include "passing_bus.hpp"
#include "passing_driver.hpp"

// Retained values.

namespace tubes::test {
namespace {

struct FirstPutWins final : PassingBus {
  using PassingBus::PassingBus;
  void put(std::string_view key, std::string_view value) override {
    if (!get(key)) PassingBus::put(key, value);
  }
};

struct RemoveDoesNothing final : PassingBus {
  using PassingBus::PassingBus;
  void remove(std::string_view) override {}
};

struct RemoveWantsAValue final : PassingBus {
  using PassingBus::PassingBus;
  void remove(std::string_view key) override {
    if (!get(key)) throw Error(ErrorCode::refused, "nothing to remove");
    PassingBus::remove(key);
  }
};

/// Removes what is below the key, too.
struct RemovesBelow final : PassingBus {
  using PassingBus::PassingBus;
  void remove(std::string_view key) override {
    PassingBus::remove(key);
    PassingBus::remove(std::string(key) + ".b");
  }
};

/// Remembers what it read or wrote, whatever others write.
class ReadsItsCache final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  void put(std::string_view key, std::string_view value) override {
    PassingBus::put(key, value);
    cache_[std::string(key)] = value;
  }
  std::optional<std::string> get(std::string_view key) override {
    const auto found = cache_.find(std::string(key));
    return found != cache_.end() ? found->second : PassingBus::get(key);
  }

 private:
  std::map<std::string, std::string> cache_;
};

/// Keeps values for itself.
class SharesNothing final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  void put(std::string_view key, std::string_view value) override {
    PassingBus::put(std::string(key) + "-" + id(), value);
  }
  std::optional<std::string> get(std::string_view key) override {
    return PassingBus::get(std::string(key) + "-" + id());
  }
};

struct EmptyIsNone final : PassingBus {
  using PassingBus::PassingBus;
  std::optional<std::string> get(std::string_view key) override {
    auto value = PassingBus::get(key);
    return value && value->empty() ? std::nullopt : value;
  }
};

struct ValuesEndAtNul final : PassingBus {
  using PassingBus::PassingBus;
  void put(std::string_view key, std::string_view value) override {
    PassingBus::put(key, value.substr(0, value.find('\0')));
  }
};

struct PutPublishes final : PassingBus {
  using PassingBus::PassingBus;
  void put(std::string_view key, std::string_view value) override {
    PassingBus::put(key, value);
    PassingBus::publish(key, value);
  }
};

const char* const last_wins = "a retained value is read by whoever comes later: the last one put";
const char* const removed = "a retained value that is removed is gone, and the others stay";
const char* const bytes = "retained values are bytes, and an empty one is not the same as none";

BROKEN_BUS("a bus where the first value put wins", {.bus = bus<FirstPutWins>},
           {{last_wins, "\"old\", and not \"new\""}})
BROKEN_BUS("a bus that reads its own cache", {.bus = bus<ReadsItsCache>},
           {{last_wins, "\"new\", and not \"newest\""}})
BROKEN_BUS("a bus that keeps its values to itself", {.bus = bus<SharesNothing>},
           {{last_wins, "none, and not \"new\""}})
BROKEN_BUS("a bus that still has what was removed", {.bus = bus<RemoveDoesNothing>},
           {{removed, "and not"}})
BROKEN_BUS("a bus that removes what is below, too", {.bus = bus<RemovesBelow>},
           {{removed, "none, and not \"2\""}})
BROKEN_BUS("a bus that removes no more than once", {.bus = bus<RemoveWantsAValue>},
           {{removed, "nothing to remove"}})
BROKEN_BUS("a bus where an empty value is none", {.bus = bus<EmptyIsNone>}, {{bytes, "none"}})
BROKEN_BUS("a bus whose values end at NUL", {.bus = bus<ValuesEndAtNul>}, {{bytes, "and not"}})
BROKEN_BUS("a bus that publishes what is put", {.bus = bus<PutPublishes>},
           {{"a retained value is no message on the topic of its name", "\"retained\""}})
BROKEN_BUS("a bus that promises values for after a restart, and loses them",
           {.capabilities = {.retained = true, .retained_survives_restart = true}},
           {{"retained values outlive the backend where the transport says so", "and not true"}})

}  // namespace
}  // namespace tubes::test

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "broken.hpp"
#include "passing_driver.hpp"

// What becomes of a message between one bus and another.

namespace tubes::test {
namespace {

using Messages = std::span<const Outgoing* const>;

/// Says that it sent the first message.
class DropsTheFirst final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  std::size_t send(Messages messages) override {
    if (messages.empty() || std::exchange(dropped_, true)) return PassingDriver::send(messages);
    accepted(1);
    return 1;
  }

 private:
  bool dropped_ = false;
};

class SendsTheLastFirst final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  std::size_t send(Messages messages) override {
    const std::vector<const Outgoing*> reversed(messages.rbegin(), messages.rend());
    return PassingDriver::send(reversed);
  }
};

class ReceivesTwice final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;

 private:
  void received(std::string_view topic, std::string_view payload,
                std::string_view filter) override {
    sink().received(topic, payload, filter);
    sink().received(topic, payload, filter);
  }
};

/// Sends something else than it was given.
template <class Change>
class Changes final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  std::size_t send(Messages messages) override {
    std::vector<Outgoing> changed;
    for (const auto* message : messages) Change{}(changed.emplace_back(*message));
    std::vector<const Outgoing*> pointers;
    for (const auto& message : changed) pointers.push_back(&message);
    return PassingDriver::send(pointers);
  }
};

struct TopicInLowerCase {
  void operator()(Outgoing& message) const {
    for (char& c : message.topic)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
};
struct TopicAbove {
  void operator()(Outgoing& message) const {
    message.topic = message.topic.substr(0, message.topic.find_last_of('.'));
  }
};
struct TopicUpTo250Bytes {
  void operator()(Outgoing& message) const { message.topic = message.topic.substr(0, 250); }
};
struct PayloadUpToNul {
  void operator()(Outgoing& message) const {
    message.payload = message.payload.substr(0, message.payload.find('\0'));
  }
};
struct PayloadUpTo64Kib {
  void operator()(Outgoing& message) const { message.payload = message.payload.substr(0, 65'535); }
};

/// An empty payload is nothing to it.
class DropsTheEmpty final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;

 private:
  void received(std::string_view topic, std::string_view payload,
                std::string_view filter) override {
    if (!payload.empty()) sink().received(topic, payload, filter);
  }
};

BROKEN_BUS("a bus that drops the first message", {.driver = driver<DropsTheFirst>},
           {{"messages of one publisher arrive in the order published", "in vain"},
            {"what was kept outlives the handler", "in vain"},
            {"what was flushed is received although its bus is gone", "in vain"},
            {"two buses in one process hear each other, and each hears itself", "in vain"}})

BROKEN_BUS("a bus that reorders", {.driver = driver<SendsTheLastFirst>},
           {{"messages of one publisher arrive in the order published", "and not"},
            {"eight threads publish at once, and each one's order is kept", "and not"},
            {"eight buses publish at once, and each one's order is kept", "and not"},
            {"what waited in the outbox reaches this bus's own subscriptions", "and not"}})

BROKEN_BUS("a bus that duplicates", {.driver = driver<ReceivesTwice>},
           {{"overlapping subscriptions get each message once each", "and not"},
            {"nothing is received twice", "is not so"},
            {"a delivery that is acknowledged later is received once", "and not"},
            {"what was on the way when the backend died is counted, told and never repeated",
             "is not so"},
            {"messages of one publisher arrive in the order published", "and not"}})

BROKEN_BUS("a bus that does not tell upper from lower case",
           {.driver = driver<Changes<TopicInLowerCase>>},
           {{"a topic is matched exactly", "\"in\", \"in\""}})

BROKEN_BUS("a bus that delivers to the topic above", {.driver = driver<Changes<TopicAbove>>},
           {{"a topic is matched exactly", "\"in\", \"in\""},
            {"a prefix matches what is below its dot, at any depth, and not itself",
             "in vain for the delivery \"in.end\""}})

BROKEN_BUS("a bus that cuts long topics short", {.driver = driver<Changes<TopicUpTo250Bytes>>},
           {{"topics up to 255 bytes are as good as any, and are told apart",
             "(250 bytes), }, and not"}})

BROKEN_BUS("a bus whose payloads end at NUL", {.driver = driver<Changes<PayloadUpToNul>>},
           {{"payloads are bytes: empty, with NUL, invalid UTF-8", "and not"}})

BROKEN_BUS("a bus whose payloads end at 64 KiB", {.driver = driver<Changes<PayloadUpTo64Kib>>},
           {{"a payload of max_payload bytes arrives whole", "and not"}})

BROKEN_BUS("a bus that drops empty payloads", {.driver = driver<DropsTheEmpty>},
           {{"payloads are bytes: empty, with NUL, invalid UTF-8", "in vain"}})

}  // namespace
}  // namespace tubes::test

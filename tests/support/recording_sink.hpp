#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tubes/bus/driver.hpp>

namespace tubes::test {

/// A Sink that writes down what a driver says, one line each, such as "accepted 2".
class RecordingSink final : public Sink {
 public:
  struct Message {
    std::string topic, payload, filter;
    bool operator==(const Message&) const = default;
  };

  void connected() override { is_connected = true; }
  void subscribed(const std::string& filter) override { live.push_back(filter); }
  void refused(const std::string& filter, std::string_view why) override {
    answers.push_back("refused " + filter + ": " + std::string(why));
  }
  void received(std::string_view topic, std::string_view payload,
                std::string_view filter) override {
    messages.push_back({std::string(topic), std::string(payload), std::string(filter)});
  }
  void too_large(std::string_view topic, std::size_t size) override {
    answers.push_back("too large " + std::string(topic) + ": " + std::to_string(size));
  }
  void accepted(std::size_t count) override {
    accepted_count += count;
    answers.push_back("accepted " + std::to_string(count));
  }
  void rejected(std::string_view why) override {
    answers.push_back("rejected: " + std::string(why));
  }
  void answered(std::uint64_t id, std::optional<std::string> value) override {
    answers.push_back(std::to_string(id) + (value ? " = " + *value : " done"));
  }
  void failed(std::uint64_t id, const Error& error) override {
    answers.push_back(std::to_string(id) + " failed: " + error.what());
  }

  bool is_connected = false;
  std::size_t accepted_count = 0;
  std::vector<std::string> live;     ///< filters
  std::vector<std::string> answers;  ///< to messages and calls, in order
  std::vector<Message> messages;
};

}  // namespace tubes::test

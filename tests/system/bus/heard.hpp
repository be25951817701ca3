#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tubes/bus/bus.hpp>

#include "watched.hpp"

namespace tubes::test {

/// What a handler was given, for a test that waits for it. It must outlive the subscription.
class Heard {
 public:
  using Texts = std::vector<std::string>;

  /// Notes the payloads.
  Handler payloads() {
    return [this](const Delivery& delivery) { note(std::string(delivery.payload)); };
  }
  /// Notes the topics.
  Handler topics() {
    return [this](const Delivery& delivery) { note(std::string(delivery.topic)); };
  }

  void note(std::string text) {
    texts_.change([&](Texts& texts) { texts.push_back(std::move(text)); });
  }

  Texts texts() const { return texts_.value(); }
  /// All of them as soon as there are `count`.
  Texts wait_for(std::size_t count) const {
    return texts_.wait_until([&](const Texts& texts) { return texts.size() >= count; });
  }
  /// All of them as soon as `text` is among them.
  Texts wait_for_text(const std::string& text) const {
    return texts_.wait_until([&, seen = std::size_t{0}](const Texts& texts) mutable {
      for (; seen < texts.size(); ++seen)
        if (texts[seen] == text) return true;
      return false;
    });
  }

 private:
  Watched<Texts> texts_;
};

}  // namespace tubes::test

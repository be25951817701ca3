#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tubes/bus/bus.hpp>
#include <tubes/conformance/watched.hpp>

namespace tubes::conformance {

/// What a handler was given, for a case that waits for it. It must outlive the subscription.
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
    const auto what = std::to_string(count) + " deliveries";
    return texts_.wait_until(what.c_str(),
                             [&](const Texts& texts) { return texts.size() >= count; });
  }
  /// All of them as soon as `text` is among them.
  Texts wait_for_text(const std::string& text) const {
    const auto what = "the delivery " + shown(text);
    return texts_.wait_until(what.c_str(), [&, seen = std::size_t{0}](const Texts& texts) mutable {
      for (; seen < texts.size(); ++seen)
        if (texts[seen] == text) return true;
      return false;
    });
  }

 private:
  Watched<Texts> texts_;
};

}  // namespace tubes::conformance

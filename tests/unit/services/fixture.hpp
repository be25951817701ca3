#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/clients/services/service.hpp>
#include <tubes/transports/memory/memory.hpp>

namespace tubes::test {

using Strings = std::vector<std::string>;

/// A service on an inline bus of its own, the IRC around it, and what it says there.
struct Stage {
  std::unique_ptr<Bus> bus = memory::open(Url::parse("memory://services"));
  std::unique_ptr<Client> irc = std::make_unique<Client>(*bus);
  Strings said;  ///< "#channel text"
  Strings logged;
  std::unique_ptr<services::Service> service;

  Stage() {
    irc->on<out::Privmsg>([this](const out::Privmsg& m) {
      std::lock_guard lock(mutex);
      said.push_back(m.to + " " + m.message);
      changed.notify_all();
    });
  }
  ~Stage() {
    bus->close();
    service.reset();
  }

  void start(const std::string& name, const std::string& options) {
    const auto json = config::parse_json("services.json", options);
    config::StrictObject object{{"services.json", name}, json};
    service = services::make(name, {*bus, *irc, object, [this](const std::string& text) {
                                      std::lock_guard lock(mutex);
                                      logged.push_back(text);
                                    }});
  }
  /// Why the options are refused.
  std::string refusal(const std::string& name, const std::string& options) {
    try {
      start(name, options);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::invalid_config);
      return error.what();
    }
    FAIL("the options were taken");
    return {};
  }
  void says(const std::string& sender, const std::string& text) {
    irc->publish(in::Privmsg{.sender = sender, .channel = "#a", .message = text});
  }
  void posts(const std::string& app, const std::string& body) { irc->publish(WebIn{app, body}); }
  /// All that was said, once `enough` of it; fails after 10 s.
  template <class Enough>
  Strings wait_until_said(Enough enough) {
    std::unique_lock lock(mutex);
    CHECK(changed.wait_for(lock, std::chrono::seconds(10), [&] { return enough(said); }));
    return std::exchange(said, {});
  }
  Strings take_said() {
    std::lock_guard lock(mutex);
    return std::exchange(said, {});
  }

  std::mutex mutex;
  std::condition_variable changed;
};

}  // namespace tubes::test

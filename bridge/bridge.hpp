#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <tubes/bridge/config.hpp>
#include <tubes/bridge/network.hpp>
#include <tubes/bridge/publisher.hpp>
#include <tubes/bridge/retained_state.hpp>
#include <tubes/bridge/sts_store.hpp>
#include <tubes/bus/bus.hpp>
#include <tubes/bus/gaps.hpp>
#include <tubes/proto/codec.hpp>

namespace tubes::bridge {

/// IRC networks on one side, a bus on the other.
///
/// What happens on IRC is published on topic `in`; what is published on topic `out` (in either wire
/// format) is done on IRC, on the network it names or else on the first that has this topic; what
/// becomes of a message with an id is told on topic `receipts`. What cannot be read, must not be
/// done or never came is a warning in the log. The keys `nick` and
/// `admin_spew_channels`, of the first network, and `topics` are retained values where the bus has
/// them. The bus may be down at any time.
///
/// Runs on a thread of its own, and logs to spdlog's default logger. Its own methods are for one
/// thread, and not for a handler of the bus.
class Bridge {
 public:
  /// `bus` must outlive the bridge. Throws Error{refused} if a network's options fit no IRC line.
  Bridge(Bus& bus, Config config);
  /// Stops. A DNS look-up that hangs cannot be ended: the destructor waits for it.
  ~Bridge();

  /// Starts to connect and returns. Once. Throws what Bus::subscribe throws.
  void start();

  /// Another configuration, between start() and stop(). Networks that are the same go on
  /// undisturbed, others change in place where they can (changes.hpp), or quit and begin anew;
  /// those no longer there quit. What needs a restart is a warning, and stays. Throws as the
  /// constructor and start() do, and has then changed nothing.
  void reload(Config config);

  /// Quits all networks, once they have said what waits or Config::drain has passed, removes the
  /// key `nick` and ends the thread: at most two seconds later, and as long as the bus lets a
  /// removal wait. Idempotent.
  void stop();

 private:
  using Networks = std::vector<std::unique_ptr<Network>>;

  std::unique_ptr<Network> make_network(const NetworkConfig& config, const config::Topics& topics);
  void start_networks();
  void on_thread(const std::function<void()>& act);

  // bridge_reload.cpp
  void apply(Config config);
  std::unique_ptr<Network> take_network(const std::string& name);
  void part_with(std::unique_ptr<Network> network);
  void network_ended();

  /// What is said on the topics `out` of these networks; those listened to already are left out.
  std::map<std::string, Subscription> listen(const Config& config);
  void take(const Delivery& delivery);
  void heard(const Pulse& pulse);
  void perform(const std::string& topic, const Message& message, const std::string& sender);
  void refuse(const std::string& topic, const std::string& id, const char* code,
              const std::string& why);
  Network* find_network(const std::string& topic, const std::string& name);
  Publisher& publisher_of(const std::string& topic);
  const config::Topics& topics_of(std::size_t network) const;
  void handle(const Event& event);
  void publish_state();
  void nick_changed(const std::string& network, const std::string& nick);

  Bus& bus_;
  Config config_;  ///< changes on the networks' thread, while the one of reload() waits
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::map<std::string, Publisher> publishers_;  ///< by topic
  RetainedState retained_;
  StsStore sts_;                           ///< of all networks; only on their thread
  Networks networks_;                      ///< in the order of config_
  Networks leaving_;                       ///< quit, but they may not have ended
  std::chrono::seconds longest_drain_{0};  ///< of those
  std::string bus_trouble_;                ///< why the bus is away; only on its dispatch thread
  Gaps gaps_;                              ///< of what is said on the topics `out`; only there, too
  std::map<std::string, Subscription> out_;  ///< by topic
  std::mutex out_topics_mutex_;
  std::set<std::string> out_topics_;  ///< of out_, and of what is about to be there
  Subscription events_, pulses_;
  std::promise<void> ended_;  ///< the thread's work
  std::thread thread_;
};

}  // namespace tubes::bridge

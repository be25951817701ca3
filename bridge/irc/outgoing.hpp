#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <tubes/bridge/irc/capabilities.hpp>
#include <tubes/bridge/irc/command.hpp>
#include <tubes/bridge/irc/flood.hpp>
#include <tubes/bridge/irc/identity.hpp>
#include <tubes/bridge/irc/in_flight.hpp>
#include <tubes/bridge/irc/outgoing_queue.hpp>
#include <tubes/bridge/irc/receipt.hpp>
#include <tubes/bridge/irc/speech.hpp>
#include <tubes/bridge/irc/under_way.hpp>
#include <tubes/bridge/irc/waiting.hpp>

namespace tubes::irc {

/// The way of a bot's command to the wire, and of the news of its fate back. While the network is
/// away it waits (waiting.hpp); then it becomes lines (speech.hpp), which wait for their turn
/// (outgoing_queue.hpp) and for the flood control (flood.hpp); what was sent is in flight until
/// its fate is known (in_flight.hpp), and the lines' fates are the command's (under_way.hpp). When
/// the connection breaks, a command of which nothing was sent waits again; one that was begun ends,
/// and is never said twice.
class Outgoing {
 public:
  /// What the lines depend on; must outlive this.
  struct Server {
    const Isupport& isupport;
    const Identity& identity;
    const CapabilityNegotiation& capabilities;
  };
  struct Output {
    std::vector<Receipt> receipts;
    std::vector<std::string> warnings;
    std::vector<Line> raw;  ///< lines that bots sent as they are, whenever they are queued
  };

  Outgoing(Server server, FloodOptions flood, WaitingOptions waiting);

  /// Takes a command, or throws: Error{refused} for what can never be said, Error{outbox_full} for
  /// too much at once. While the network is away the former comes later, as a receipt and a
  /// warning.
  void accept(Time now, Command command);
  /// Lines of the session's own, before all others.
  void push_first(std::vector<std::string> lines) { queue_.push_first(std::move(lines)); }
  bool first_waits() const noexcept { return queue_.first_waits(); }
  /// A line of the session's own that may wait for its turn; false if there is no room.
  bool push(const std::string& target, std::string line);
  /// Lines of the session's own that leave at once: what must leave for them.
  std::string leave_at_once(Time now, std::string lines);

  /// Other limits hold from now on.
  void change(FloodOptions flood, WaitingOptions waiting);

  /// The server takes lines from now on.
  void open();
  /// The connection is gone.
  void close(Time now);
  /// Nothing is sent any more: tells the fate of all that is here. What comes later waits, for the
  /// next stop().
  void stop(const std::string& reason);

  /// Takes what waits for the network away from here, without a word to anybody.
  std::vector<Command> take_waiting() { return waiting_.take_all(); }

  /// What leaves now.
  std::string take(Time now);
  void hear(const Line& line);
  /// When to call take() again.
  std::optional<Time> deadline(Time now) const;

  /// Whether nothing waits and nothing is in flight.
  bool idle() const noexcept;
  /// Lines that wait for their turn.
  std::size_t size() const noexcept { return queue_.size(); }

  Output take_output() { return std::exchange(output_, {}); }

 private:
  /// Why this queue cannot take it.
  static std::optional<std::string> no_room(const Command& command, const Speech& speech,
                                            const OutgoingQueue& queue);
  Speech speech_of(const Command& command) const;
  void begin(Ticket ticket, Command command, Speech speech);
  /// Turns what waits into lines, as far as there is room.
  void admit();
  bool admit(Ticket ticket, Command& command, std::set<std::string>& blocked);
  void expire(Time now);
  std::string leave(Time now, QueuedLine line);
  std::string send(Time now, Ticket ticket, std::string line);
  void hear_of(std::vector<InFlight::Ended> ended);
  void tell(const Command& command, Fate fate);
  /// The same of many, with one word for the log.
  void drop(const std::vector<Command>& commands, const char* code, const std::string& reason);
  UnderWay::Interrupted interrupt(const char* code, const std::string& reason);

  const Server server_;
  FloodOptions flood_;
  bool open_ = false;
  bool may_admit_ = false;  ///< there may be room that was not there at the last try
  Ticket last_ticket_ = 0;
  WaitingCommands waiting_;
  UnderWay under_way_;
  OutgoingQueue queue_;
  TokenBucket bucket_;
  InFlight in_flight_;
  Output output_;
};

}  // namespace tubes::irc

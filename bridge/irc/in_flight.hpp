#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/receipt.hpp>
#include <tubes/bridge/irc/time.hpp>

namespace tubes::irc {

/// The lines that were sent and whose fate the server has not told yet: of those alone that
/// somebody wants to know of.
///
/// With labels (IRCv3: labeled-response) the answer names the line. Without, order tells: a server
/// does one line after the other, so what it says before it answers a PING is about lines before
/// that. Lines between two such PINGs are a window. A window's lines with receipts go to different
/// targets, or are parts of one message, so that an error that names a target means just one.
class InFlight {
 public:
  struct Ended {
    std::uint64_t ticket = 0;
    Fate fate{};
  };

  /// Begins anew.
  void clear();

  /// A line leaves, one with no receipt if `ticket` is 0. Returns the bytes that leave for it: with
  /// its label, or behind a PING that ends the window before.
  std::string send(Time now, std::uint64_t ticket, std::string line, const Isupport& isupport,
                   bool labels);
  /// Nothing waits to follow: the PING that ends the window, if anybody waits for its answer.
  std::string end_window();
  /// An answer with a label may be long in coming, and so may a pause in what is sent; at last a
  /// PING asks all the same.
  std::string tick(Time now);
  std::optional<Time> deadline() const;
  /// How many PINGs there have been.
  std::uint64_t pings() const noexcept { return pings_; }

  /// Hears a line of the server: what has ended by it.
  std::vector<Ended> hear(const Line& line, const Isupport& isupport, std::string_view own_nick);

 private:
  struct Entry {
    std::uint64_t ticket;
    std::string label;  ///< "" without
    Line line;
  };
  struct Window {
    std::uint64_t number;
    std::vector<Entry> entries;  ///< none in a window of lines without receipts
    Time began;
    bool asked = false;  ///< its PING was sent
  };
  struct Place {
    Window& window;
    std::size_t entry;
  };

  bool must_end(std::uint64_t ticket, const Line& line, const Isupport& isupport) const;
  Window& open_window(Time now);
  std::string ping();
  std::vector<Ended> ponged(std::string_view token);
  std::vector<Ended> labelled(const Line& line, const std::string& label, const Isupport& isupport,
                              std::string_view own_nick);
  std::vector<Ended> batch_ended(const Line& line);
  std::vector<Ended> unlabelled(const Line& line, const Isupport& isupport,
                                std::string_view own_nick);
  std::optional<Place> find(const std::string& label);
  std::vector<Ended> end(const Place& place, Fate fate);

  std::deque<Window> windows_;
  std::uint64_t last_window_ = 0, last_label_ = 0, pings_ = 0;
  std::size_t awaited_ = 0;                     ///< entries
  std::map<std::string, std::string> batches_;  ///< of answers: the label by the reference
};

}  // namespace tubes::irc

#pragma once

#include <cstdint>
#include <deque>
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
  std::string end_window(Time now);
  /// An answer with a label may be long in coming, and so may a pause in what is sent; at last a
  /// PING asks all the same.
  std::string tick(Time now);
  /// The lines that the server had the time to answer for, and did not: their fate is unknown.
  std::vector<Ended> overdue(Time now);
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
    std::string batch{};  ///< the reference of its answer, if that is a batch
  };
  struct Window {
    std::uint64_t number;
    bool wanted;  ///< lines with receipts, or without
    Time began;
    std::vector<Entry> entries{};  ///< whose fate is not known
    std::optional<Time> asked{};   ///< when its PING was sent
  };
  struct Place {
    Window* window;
    std::size_t entry;
  };

  bool must_end(std::uint64_t ticket, const Line& line, const Isupport& isupport) const;
  Window& open_window(Time now, bool wanted);
  std::string ping(Time now);
  std::vector<Ended> ponged(std::string_view token);
  std::vector<Ended> labelled(const Line& line, const std::string& label, const Isupport& isupport,
                              std::string_view own_nick);
  std::vector<Ended> batch_ended(const Line& line);
  std::vector<Ended> unlabelled(const Line& line, const Isupport& isupport,
                                std::string_view own_nick);
  /// The first entry of which `is` says so.
  template <class Is>
  std::optional<Place> find(Is is);
  template <class Is>
  static std::optional<Place> find_in(Window& window, Is is);
  std::vector<Ended> end(const Place& place, Fate fate);
  /// All that is in the oldest windows.
  std::vector<Ended> end_windows(std::ptrdiff_t count, const Fate& fate);

  std::deque<Window> windows_;
  std::uint64_t last_window_ = 0, last_label_ = 0, pings_ = 0;
  std::size_t awaited_ = 0;  ///< entries
};

}  // namespace tubes::irc

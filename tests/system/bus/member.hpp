#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/transports/open.hpp>

#include "watched.hpp"

namespace tubes::test {

/// A bus with its events. Its end closes it and checks the ledger, in every test.
class Member {
 public:
  explicit Member(const std::string& url, const BusOptions& options = {});
  ~Member();
  Member(const Member&) = delete;

  Bus* operator->() const noexcept { return bus_.get(); }
  Bus& operator*() const noexcept { return *bus_; }

  /// The first event of the kind, as soon as there are `count` of them.
  Event wait_for(Event::Kind kind, std::size_t count = 1) const;
  /// Of all events of the kind so far.
  std::uint64_t sum_of_counts(Event::Kind kind) const;

 private:
  using Events = std::vector<Event>;

  std::unique_ptr<Bus> bus_;
  Watched<Events> events_;
  Subscription listening_;
};

/// Checks both equations of stats.hpp.
void check_ledger(const Stats& stats);

/// The Error that `call` throws; fails the test if it throws none.
template <class Call>
Error error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  throw std::runtime_error("no error was thrown");
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace tubes::test

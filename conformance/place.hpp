#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/clock.hpp>

namespace tubes::conformance {

/// Where the buses of one case meet. All that a transport has to write to be put to the suite:
/// open() and describe(), and what it can of the rest.
///
/// Each case gets a place of its own, in a process of its own, with its backend running.
class Place {
 public:
  /// What the suite may ask of this place. A case that needs more is not selected, and says so.
  /// What the bus can do is not said here: Bus::capabilities() declares it.
  struct Description {
    bool can_die = false;     ///< kill() and start()
    bool can_freeze = false;  ///< freeze()
    std::string address;      ///< what an error must name while the backend is away
    std::string remedy;       ///< and the advice it must give
  };

  virtual ~Place() = default;

  virtual Description describe() const { return {}; }

  /// A bus that hears all the others opened here. Whatever the suite set in the options counts.
  virtual std::unique_ptr<Bus> open(const BusOptions& options) = 0;

  /// Takes the backend away at once, as a crash would. When it returns nobody is connected.
  virtual void kill() { throw std::logic_error("this place cannot die"); }
  /// Brings it back at the same address, without what it held in memory.
  virtual void start() { throw std::logic_error("this place cannot start"); }
  /// The backend keeps its connections and answers nobody any more, until kill().
  virtual void freeze() { throw std::logic_error("this place cannot freeze"); }

  /// What the buses take for the time.
  virtual Clock& clock() { return Clock::system(); }
  /// Where time does not pass by itself (an inline bus): moves that clock.
  virtual void pass(Milliseconds) {}
};

using Factory = std::function<std::unique_ptr<Place>()>;

}  // namespace tubes::conformance

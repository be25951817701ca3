#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tubes/conformance/suite.hpp>

namespace tubes::conformance {

class Stage;

/// What a case needs of the place or the bus.
enum class Need {
  death,        ///< Place::Description::can_die
  freezing,     ///< Place::Description::can_freeze
  retained,     ///< Capabilities::retained
  no_retained,  ///< a bus that says it has none
  block,        ///< Capabilities::block
  no_block,
  own_thread,       ///< handlers that do not run on the publishing thread
  inline_dispatch,  ///< handlers that do
  no_duplicates,    ///< Capabilities::no_duplicates
  mebibyte,         ///< payloads of 1 MiB
};

struct Case {
  std::string_view name;
  void (*run)(Stage&);
  std::vector<Need> needs = {};
};

/// A sentence for the reader of a table of promises, and what shows it.
struct Promise {
  std::string_view sentence;
  std::vector<Case> cases;
};

/// Why the case cannot be run at this stage: what it needs and is not declared; empty if it can.
std::string unmet(const Case& a_case, Stage& stage);

/// As run() of suite.hpp, for a case that need not be one of the suite.
Result run(const Transport& transport, const Entry& entry, const Case& chosen,
           const Settings& settings);

/// The whole suite: cases/ has one file for each chapter of the contract.
const std::vector<Promise>& promises();

}  // namespace tubes::conformance

#pragma once

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/conformance/place.hpp>

/// The contract of Bus (bus/bus.hpp), sentence by sentence, for any transport:
///
///   int main(int argc, char** argv) {
///     return tubes::conformance::main(argc, argv, {{"mine", [] { return make_my_place(); }}});
///   }
namespace tubes::conformance {

/// A transport put to the suite.
struct Transport {
  std::string name;
  Factory place;
};

/// A promise of the contract, and the cases that show it.
struct Entry {
  std::string promise;
  std::string name;  ///< of the case: a sentence
};

/// All cases there are, in the order of the contract.
std::vector<Entry> cases();

enum class Outcome {
  passed,
  failed,
  not_selected,  ///< it needs what the place or the bus does not declare
};
std::string_view name(Outcome outcome) noexcept;

struct Result {
  Entry entry;
  Outcome outcome = Outcome::failed;
  std::string why;  ///< what was wrong and where, or what the case needs
  std::chrono::milliseconds took{0};
};

struct Settings {
  /// How long a case waits for what must come: longer than it takes anywhere. What must not come
  /// is never waited for.
  std::chrono::milliseconds patience{60'000};
  /// A case that takes longer is killed, and has failed: it hangs.
  std::chrono::milliseconds deadline{600'000};
};

/// Runs one case in a child process and waits for it; whatever the bus does there, crashes and
/// hangs included, ends with it. Call it while the process has a single thread. Throws
/// std::invalid_argument if no case has this name, std::system_error if it cannot fork.
Result run(const Transport& transport, std::string_view case_name, const Settings& settings = {});

/// A test program: runs the cases of all transports, or those chosen by flags (--help says which),
/// and reports each with its outcome. Exit status 0 if none failed, 1 if one did, 2 if the flags
/// are wrong, 77 if no chosen case was selected.
int main(int argc, const char* const* argv, const std::vector<Transport>& transports);

}  // namespace tubes::conformance

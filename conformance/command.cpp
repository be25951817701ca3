#include <charconv>
#include <cstdio>
#include <map>
#include <stdexcept>

#include <tubes/conformance/suite.hpp>

namespace tubes::conformance {
namespace {

constexpr int nothing_selected = 77;  // what ctest takes for a test that was skipped

constexpr const char* help =
    R"(Puts transports to the contract of tubes::Bus, each case in a process of its own.

usage: %s [flags]

  --list               print the names of the cases
  --transports         print the names of the transports
  --transport NAME     only this transport (may be given several times)
  --case NAME          only this case (may be given several times)
  --repeat N           the whole of it N times; stops at the first round with a failure
  --patience MS        how long a case waits for what must come (default 60000)
  --deadline MS        when a case that is not at its end has failed (default 600000)
  --table              last, one line a promise with tabs: was it kept, broken, not declared by a
                       transport, or not run
  --help               this text

Exit status: 0 no case failed, 1 some did, 2 wrong flags, 77 no case was selected.
)";

struct Flags {
  std::vector<std::string> transports, cases;
  int repeat = 1;
  Settings settings;
  bool list = false, list_transports = false, table = false, help = false;
};

class WrongFlags : public std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

int number(const std::string& flag, const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value <= 0)
    throw WrongFlags(flag + " wants a number over 0, not \"" + text + "\"");
  return value;
}

Flags parse(const std::vector<std::string>& words) {
  Flags flags;
  const std::map<std::string, bool*> switches{{"--list", &flags.list},
                                              {"--transports", &flags.list_transports},
                                              {"--table", &flags.table},
                                              {"--help", &flags.help},
                                              {"-h", &flags.help}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& flag = words[i];
    if (const auto found = switches.find(flag); found != switches.end()) {
      *found->second = true;
      continue;
    }
    const auto value = [&] {
      if (i + 1 == words.size()) throw WrongFlags(flag + " wants a value");
      return words[++i];
    };
    if (flag == "--transport")
      flags.transports.push_back(value());
    else if (flag == "--case")
      flags.cases.push_back(value());
    else if (flag == "--repeat")
      flags.repeat = number(flag, value());
    else if (flag == "--patience")
      flags.settings.patience = std::chrono::milliseconds{number(flag, value())};
    else if (flag == "--deadline")
      flags.settings.deadline = std::chrono::milliseconds{number(flag, value())};
    else
      throw WrongFlags("there is no flag " + flag);
  }
  return flags;
}

std::string there_is_no(const std::string& what, const std::string& name) {
  return "there is no " + what + " \"" + name + "\"; --" +
         (what == "case" ? "list" : "transports") + " prints those there are";
}

template <class All, class NameOf>
void require_known(const std::vector<std::string>& wanted, const All& all, NameOf name_of,
                   const std::string& what) {
  for (const auto& name : wanted) {
    bool known = false;
    for (const auto& one : all) known = known || name_of(one) == name;
    if (!known) throw WrongFlags(there_is_no(what, name));
  }
}

bool is_wanted(const std::vector<std::string>& wanted, const std::string& name) {
  if (wanted.empty()) return true;
  for (const auto& one : wanted)
    if (one == name) return true;
  return false;
}

void report(const Result& result) {
  const auto outcome = std::string(name(result.outcome));
  std::printf("  %-12s  %s (%lld ms)\n", outcome.c_str(), result.entry.name.c_str(),
              static_cast<long long>(result.took.count()));
  if (!result.why.empty()) std::printf("                %s\n", result.why.c_str());
  std::fflush(stdout);
}

/// The results of one transport; some cases may have been left out by flags.
using Results = std::vector<Result>;

std::size_t count(const Results& results, Outcome outcome) {
  std::size_t sum = 0;
  for (const auto& result : results) sum += result.outcome == outcome ? 1 : 0;
  return sum;
}

Results run_all(const Transport& transport, const Flags& flags) {
  std::printf("%s\n", transport.name.c_str());
  Results results;
  for (const auto& entry : cases()) {
    if (!is_wanted(flags.cases, entry.name)) continue;
    results.push_back(run(transport, entry.name, flags.settings));
    report(results.back());
  }
  std::printf("%s: %zu passed, %zu failed, %zu not selected\n\n", transport.name.c_str(),
              count(results, Outcome::passed), count(results, Outcome::failed),
              count(results, Outcome::not_selected));
  return results;
}

/// What became of a promise: of several cases the worst, and what passed outweighs what was not
/// selected.
std::string kept(const Results& results, const std::string& promise) {
  std::string word = "not run";
  for (const auto& result : results) {
    if (result.entry.promise != promise) continue;
    if (word == "not run") word = "not declared";
    if (result.outcome == Outcome::failed) return "broken";
    if (result.outcome == Outcome::passed) word = "kept";
  }
  return word;
}

void print_table(const std::vector<std::pair<std::string, Results>>& all) {
  std::string line = "promise";
  for (const auto& [transport, results] : all) line += "\t" + transport;
  std::printf("%s\n", line.c_str());
  std::string last;
  for (const auto& entry : cases()) {
    if (entry.promise == last) continue;
    last = entry.promise;
    line = last;
    for (const auto& [transport, results] : all) line += "\t" + kept(results, last);
    std::printf("%s\n", line.c_str());
  }
}

int run_round(const std::vector<Transport>& transports, const Flags& flags) {
  std::vector<std::pair<std::string, Results>> all;
  std::size_t failed = 0, passed = 0;
  for (const auto& transport : transports) {
    if (!is_wanted(flags.transports, transport.name)) continue;
    all.emplace_back(transport.name, run_all(transport, flags));
    failed += count(all.back().second, Outcome::failed);
    passed += count(all.back().second, Outcome::passed);
  }
  if (flags.table) print_table(all);
  if (failed > 0) return 1;
  return passed > 0 ? 0 : nothing_selected;
}

int run_chosen(const std::vector<Transport>& transports, const Flags& flags) {
  for (int round = 1; round <= flags.repeat; ++round) {
    if (flags.repeat > 1) std::printf("round %d of %d\n", round, flags.repeat);
    if (const int status = run_round(transports, flags); status != 0) return status;
  }
  return 0;
}

int obey(const Flags& flags, const char* program, const std::vector<Transport>& transports) {
  if (flags.help) {
    std::printf(help, program);
    return 0;
  }
  require_known(flags.cases, cases(), [](const Entry& entry) { return entry.name; }, "case");
  require_known(
      flags.transports, transports, [](const Transport& one) { return one.name; }, "transport");
  if (flags.list)
    for (const auto& entry : cases()) std::printf("%s\n", entry.name.c_str());
  if (flags.list_transports)
    for (const auto& transport : transports) std::printf("%s\n", transport.name.c_str());
  return flags.list || flags.list_transports ? 0 : run_chosen(transports, flags);
}

}  // namespace

int main(int argc, const char* const* argv, const std::vector<Transport>& transports) {
  try {
    return obey(parse({argv + 1, argv + argc}), argv[0], transports);
  } catch (const WrongFlags& error) {
    std::fprintf(stderr, "%s: %s; see --help\n", argv[0], error.what());
    return 2;
  }
}

}  // namespace tubes::conformance

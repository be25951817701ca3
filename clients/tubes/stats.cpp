#include <algorithm>
#include <iostream>
#include <memory>
#include <vector>

#include <tubes/bus/url.hpp>
#include <tubes/clients/program.hpp>
#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

/// In the largest unit that leaves two of them: "90 min", "2 h".
std::string readable(Milliseconds duration) {
  const auto seconds = duration.count() / 1'000;
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7'200) return std::to_string(seconds / 60) + " min";
  if (seconds < 172'800) return std::to_string(seconds / 3'600) + " h";
  return std::to_string(seconds / 86'400) + " d";
}

struct Term {
  const char* name;
  std::uint64_t count;
};

/// An equation of the ledger: its terms' names with the counts below them.
void print(const std::vector<Term>& terms) {
  std::string names, counts;
  for (const auto& term : terms) {
    const auto* sign = &term == &terms.front() ? "    " : &term == &terms[1] ? " = " : " + ";
    const auto count = std::to_string(term.count);
    const auto width = std::max(std::string(term.name).size(), count.size());
    names.append(sign).append(width - std::string(term.name).size(), ' ').append(term.name);
    counts.append(sign).append(width - count.size(), ' ').append(count);
  }
  std::cout << names << "\n" << counts << "\n";
}

void print(const PeerStats& peer) {
  const auto& [sent, received, handlers_failed, events_dropped, connected] = peer.stats;
  std::cout << peer.name << "  " << peer.id << "\n    up " << readable(peer.uptime)
            << ", connected for " << readable(peer.connected_for) << ", " << handlers_failed
            << " handlers failed, " << events_dropped << " events dropped\n";
  print({{"published", sent.published},
         {"accepted", sent.accepted},
         {"waiting", sent.waiting},
         {"unconfirmed", sent.unconfirmed},
         {"expired", sent.expired},
         {"discarded", sent.discarded},
         {"rejected", sent.rejected}});
  print({{"received", received.received},
         {"delivered", received.delivered},
         {"waiting", received.waiting},
         {"overflowed", received.overflowed},
         {"unsubscribed", received.unsubscribed},
         {"discarded", received.discarded}});
}

struct AskStats {
  std::string url;
  Milliseconds::rep wait = 1'000;
  bool json = false;

  void operator()() const {
    BusOptions options;
    options.answer_stats = false;
    const auto peers = open(url, options)->ask_stats(Milliseconds(wait));
    if (peers.empty())
      throw Error(ErrorCode::timed_out, "no bus answered at " + Url::parse(url).shown() +
                                            " within " + std::to_string(wait) +
                                            " ms; is one running there? More time: --wait MS");
    for (const auto& peer : peers)
      if (json)
        std::cout << to_text(peer) << "\n";
      else
        print(peer);
  }
};

}  // namespace

void add_stats(CLI::App& app, Action& action) {
  auto stats = std::make_shared<AskStats>();
  auto* verb = app.add_subcommand("stats", "Ask the buses that are there what became of messages");
  add_bus_flag(*verb, stats->url);
  verb->add_option("url", stats->url, "Where the bus is; the same as --bus")->check(no_memory);
  verb->add_option("--wait", stats->wait, "Milliseconds to wait for answers")
      ->check(CLI::Range(1, 600'000))
      ->capture_default_str();
  verb->add_flag("--json", stats->json, "A line of JSON for each bus");
  verb->callback([stats, &action] { action = *stats; });
}

}  // namespace tubes::clients

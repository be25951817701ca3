#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace tubes::clients {

/// What the chosen verb does; main() runs it after parsing, and reports what it throws.
using Action = std::function<void()>;

// One verb a file: each adds its subcommand, which sets `action` when it is chosen.
void add_pub(CLI::App& app, Action& action);
void add_sub(CLI::App& app, Action& action);
void add_say(CLI::App& app, Action& action);
void add_stats(CLI::App& app, Action& action);
void add_broker(CLI::App& app, Action& action);
void add_keys(CLI::App& app, Action& action);
void add_config(CLI::App& app, Action& action);  // in builds with the bridge

}  // namespace tubes::clients

#pragma once

#include <string>
#include <variant>

#include <tubes/bridge/config.hpp>

namespace tubes::bridge {

/// What the command line asks for: run this, or only check it.
struct Invocation {
  Config config;
  bool check_only = false;
};

/// The command line was answered (--help, --version) or is wrong: print and end.
struct Answer {
  int exit_code;
  std::string out, err;
};

/// Reads flags, and the configuration file they name, or else the environment variable TUBES_BUS.
/// Throws Error{invalid_config} for what is wrong in that file; wrong flags are an Answer of 2.
std::variant<Invocation, Answer> parse_flags(int argc, const char* const* argv);

}  // namespace tubes::bridge

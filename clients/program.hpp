#pragma once

#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include <tubes/proto/codec.hpp>

namespace tubes::clients {

/// memory:// would be a bus that nobody else can reach.
inline std::string no_memory(const std::string& url) {
  return url.starts_with("memory:") ? "memory:// is inside one process; use redis:// or zmq://"
                                    : "";
}

/// --bus, as every program has it: the flag, or the environment variable TUBES_BUS, or a broker
/// on this machine.
inline void add_bus_flag(CLI::App& app, std::string& url) {
  url = "zmq://127.0.0.1:5550";
  app.add_option("--bus", url, "Where the bus is: redis://…, redis+unix://…, zmq://…, zmq+ipc://…")
      ->envname("TUBES_BUS")
      ->check(no_memory)
      ->capture_default_str();
}

/// --wire json|protobuf: what is published; both are always read.
inline void add_wire_flag(CLI::App& app, WireFormat& wire) {
  const auto read = [&wire](const std::string& name) {
    wire = name == "protobuf" ? WireFormat::protobuf : WireFormat::json;
  };
  app.add_option_function<std::string>(
         "--wire", read, "The wire format of what is published: json (default) or protobuf")
      ->check(CLI::IsMember({"json", "protobuf"}))
      ->option_text("FORMAT");
}

/// The rest of a main(): reads the command line, does `work`, and says in one line what went
/// wrong. Returns the exit status: 0, 1 for an error, 2 for flags that cannot be understood.
template <class Work>
int run_program(CLI::App& app, int argc, char** argv, Work work) {
  try {
    app.parse(argc, argv);
    work();
    return 0;
  } catch (const CLI::Success& asked_for) {  // --help, --version
    return app.exit(asked_for);
  } catch (const CLI::ParseError& error) {
    std::cerr << app.get_name() << ": " << error.what() << "; see --help\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << app.get_name() << ": " << error.what() << "\n";
    return 1;
  }
}

}  // namespace tubes::clients

#pragma once

#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include <tubes/proto/codec.hpp>

namespace tubes::clients {

/// --bus, as every program has it: the flag, or the environment variable TUBES_BUS, or a broker
/// on this machine.
inline void add_bus_flag(CLI::App& app, std::string& url) {
  url = "zmq://127.0.0.1:5550";
  app.add_option("--bus", url, "Where the bus is: redis://…, zmq://…, zmq+ipc://…, memory://…")
      ->envname("TUBES_BUS")
      ->capture_default_str();
}

/// --wire json|protobuf: what is published; both are always read.
inline void add_wire_flag(CLI::App& app, WireFormat& wire) {
  static const std::map<std::string, WireFormat> names{{"json", WireFormat::json},
                                                       {"protobuf", WireFormat::protobuf}};
  app.add_option("--wire", wire, "The wire format of what is published: json (default), protobuf")
      ->transform(CLI::CheckedTransformer(names).description(""))
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
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << app.get_name() << ": " << error.what() << "\n";
    return 1;
  }
}

}  // namespace tubes::clients

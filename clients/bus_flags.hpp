#pragma once

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

}  // namespace tubes::clients

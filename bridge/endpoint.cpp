#include <tubes/bridge/endpoint.hpp>

namespace tubes::bridge {

std::string Endpoint::address() const {
  const bool v6 = host.find(':') != host.npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace tubes::bridge

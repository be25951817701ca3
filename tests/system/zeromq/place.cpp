#include "place.hpp"

#include <stdexcept>

#include <zmq.hpp>

namespace tubes::test {
namespace {

std::uint16_t port_of(const std::string& endpoint) {
  return static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1)));
}

}  // namespace

std::uint16_t free_port_pair(const std::string& host) {
  zmq::context_t context;
  for (int i = 0; i < 100; ++i) {
    zmq::socket_t first(context, zmq::socket_type::router);
    zmq::socket_t second(context, zmq::socket_type::router);
    first.bind("tcp://" + host + ":*");
    const auto port = port_of(first.get(zmq::sockopt::last_endpoint));
    if (zmq_bind(second.handle(), ("tcp://" + host + ":" + std::to_string(port + 1)).c_str()) == 0)
      return port;
  }
  throw std::runtime_error("no two free ports next to each other on " + host);
}

Url free_url() {
  return Url::parse("zmq://127.0.0.1:" + std::to_string(free_port_pair()));
}

}  // namespace tubes::test

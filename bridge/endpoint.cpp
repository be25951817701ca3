#include <system_error>

#include <asio/ip/address.hpp>

#include <tubes/bridge/endpoint.hpp>

namespace tubes::bridge {

std::string Endpoint::address() const {
  const bool v6 = host.find(':') != host.npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool is_ip_address(std::string_view host) {
  std::error_code name;
  asio::ip::make_address(host, name);
  return !name;
}

}  // namespace tubes::bridge

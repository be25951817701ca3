#include <charconv>

#include <httplib.h>

#include <tubes/bus/error.hpp>
#include <tubes/clients/services/listen_address.hpp>

namespace tubes::services {
namespace {

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// An address that lingers after its last server is free to be taken, one that has a server is not:
/// two that shared it would get half of the requests each.
void set_options(socket_t socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

ListenAddress::ListenAddress(config::StrictObject& options) {
  const auto listen = options.string("listen").value_or("127.0.0.1:8080");
  const auto colon = std::min(listen.rfind(':'), listen.size());
  host_ = listen.substr(0, colon);
  if (host_.starts_with('[') && host_.ends_with(']')) host_ = host_.substr(1, host_.size() - 2);
  const auto digits = std::string_view(listen).substr(std::min(colon + 1, listen.size()));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port_);
  if (host_.empty() || digits.empty() || error != std::errc() ||
      end != digits.data() + digits.size() || port_ < 0 || port_ > 65'535)
    options.at("listen").refuse("expected an address and a port such as 127.0.0.1:8080, found \"" +
                                listen + "\"");
  if (auto tls = options.object("tls")) {
    certificate_ = tls->required_string("certificate");
    key_ = tls->required_string("key");
    tls->finish();
  }
  const bool insecure = options.boolean("insecure").value_or(false);
  if (certificate_.empty() && !insecure && !is_loopback(host_))
    options.at("listen").refuse(
        "others than this machine can reach it, so it needs \"tls\"; or, behind a proxy that "
        "has TLS, \"insecure\": true");
}

std::unique_ptr<httplib::Server> ListenAddress::server() const {
  if (certificate_.empty()) return std::make_unique<httplib::Server>();
  auto server = std::make_unique<httplib::SSLServer>(certificate_.c_str(), key_.c_str());
  if (!server->is_valid())
    throw Error(ErrorCode::invalid_config, "cannot use the certificate " + certificate_ +
                                               " with the key " + key_ +
                                               "; both are to be PEM, and to fit each other");
  return server;
}

std::string ListenAddress::bind(httplib::Server& server) const {
  server.set_socket_options(set_options);
  const int port = port_ == 0                          ? server.bind_to_any_port(host_)
                   : server.bind_to_port(host_, port_) ? port_
                                                       : -1;
  const auto shown = (host_.find(':') == host_.npos ? host_ : "[" + host_ + "]") + ":";
  if (port > 0) return shown + std::to_string(port);
  throw Error(ErrorCode::unreachable, "cannot listen at " + shown + std::to_string(port_) +
                                          "; is the port taken, or the address not of this "
                                          "machine?");
}

}  // namespace tubes::services

#include <string_view>

#include <arpa/inet.h>
#include <sys/un.h>

#include <tubes/transports/zeromq/endpoints.hpp>
#include <tubes/transports/zeromq/refuse.hpp>

namespace tubes::zeromq {
namespace {

constexpr std::uint16_t default_port = 5550;
constexpr std::uint16_t highest_port = 65'534;  // the next one is needed too

void require_no_credentials(const Url& url) {
  if (!url.user.empty() || !url.password.empty())
    refuse("user and password mean nothing in " + url.shown() + "; leave them out");
}

/// libzmq binds to no names, and would connect "localhost" wherever the resolver says.
std::string numeric(const std::string& host) {
  if (host.empty() || host == "localhost") return "127.0.0.1";
  return host == "*" ? "0.0.0.0" : host;
}

bool is_v6(const std::string& host) {
  return host.find(':') != std::string::npos;
}

bool is_address(const std::string& host) {
  in_addr v4{};
  return is_v6(host) || inet_pton(AF_INET, host.c_str(), &v4) == 1;
}

std::string in_brackets(const std::string& host) {
  return is_v6(host) ? "[" + host + "]" : host;
}

Endpoints tcp_endpoints(const Url& url) {
  if (!url.path.empty() && url.path != "/")
    refuse("zmq:// takes no path, got " + url.shown() + "; write zmq://host:port");
  const auto port = url.port.value_or(default_port);
  if (port > highest_port)
    refuse("the port of " + url.shown() + " has no next one to receive on; the highest is 65534");
  Url shown;
  shown.scheme = url.scheme;
  shown.host = numeric(url.host);
  shown.port = port;
  Endpoints found;
  found.url = shown.shown();
  found.place = in_brackets(shown.host) + ":" + std::to_string(port);
  found.port = port;
  found = located_at(found, shown.host);
  if (!is_address(shown.host)) found.name = shown.host;
  return found;
}

Endpoints ipc_endpoints(const Url& url) {
  if (!url.host.empty() || url.path.size() < 2)
    refuse("zmq+ipc:// needs an absolute path, got " + url.shown() +
           "; write zmq+ipc:///folder/name");
  const auto longest = sizeof(sockaddr_un::sun_path) - 1 - std::string_view(".pub").size();
  if (url.path.size() > longest)
    refuse("the path of " + url.shown() + " is longer than the " + std::to_string(longest) +
           " bytes that a unix socket leaves for it; choose a shorter one");
  const auto ipc = "ipc://" + url.path;
  return {
      .publishing = ipc + ".pub", .receiving = ipc + ".sub", .url = url.shown(), .place = url.path};
}

bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace

Endpoints endpoints(const Url& url) {
  url.require_parameters_among({"server_key", "key", "allow", "insecure"});
  require_no_credentials(url);
  if (url.scheme == "zmq") return tcp_endpoints(url);
  if (url.scheme == "zmq+ipc") return ipc_endpoints(url);
  refuse("unknown scheme \"" + url.scheme + "\"; known here are: zmq, zmq+ipc");
}

Endpoints located_at(const Endpoints& named, const std::string& address) {
  auto found = named;
  const auto tcp = "tcp://" + in_brackets(address) + ":";
  found.publishing = tcp + std::to_string(named.port);
  found.receiving = tcp + std::to_string(named.port + 1);
  found.ipv6 = is_v6(address);
  found.name.clear();
  return found;
}

Endpoints endpoints_to_bind(const Url& url) {
  auto found = endpoints(url);
  const bool reachable = url.scheme == "zmq" && !is_loopback(numeric(url.host));
  if (reachable && !url.parameters.contains("key") && url.parameter("insecure") != "1")
    refuse("a broker at " + found.url +
           " would let anyone who reaches it read and publish, for nothing is encrypted or "
           "authenticated; give it a key and the clients that it allows (key=PATH&allow=PATH), "
           "bind to 127.0.0.1 or [::1], or say that you mean it with ?insecure=1");
  return found;
}

}  // namespace tubes::zeromq

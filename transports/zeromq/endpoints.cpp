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
  const auto host = shown.host.find(':') == std::string::npos ? shown.host : "[" + shown.host + "]";
  const auto tcp = "tcp://" + host + ":";
  return {tcp + std::to_string(port), tcp + std::to_string(port + 1), host != shown.host,
          shown.shown(), host + ":" + std::to_string(port)};
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
  return {ipc + ".pub", ipc + ".sub", false, url.shown(), url.path};
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

#include <charconv>
#include <string_view>

#include <tubes/bus/error.hpp>
#include <tubes/transports/redis/settings.hpp>

namespace tubes::redis {
namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sun_path of unix(7), without its NUL

[[noreturn]] void refuse(const Url& url, const std::string& why) {
  throw Error(ErrorCode::invalid_url, "invalid bus URL " + url.shown() + ": " + why);
}

unsigned parsed_db(const Url& url, std::string_view text) {
  unsigned db = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), db);
  if (error != std::errc{} || end != text.data() + text.size())
    refuse(url, "the database must be a number such as 0, got \"" + std::string(text) + "\"");
  return db;
}

void read_tcp(Settings& settings, const Url& url) {
  if (!url.host.empty()) settings.host = url.host;
  settings.port = url.port.value_or(settings.port);
  if (url.path.size() <= 1) return;
  if (url.parameters.contains("db")) refuse(url, "the database stands there twice, as /N and db=N");
  settings.db = parsed_db(url, std::string_view(url.path).substr(1));
}

void read_unix(Settings& settings, const Url& url) {
  if (!url.host.empty() || url.port || url.path.size() <= 1)
    refuse(url, "write the path of the socket after three slashes: redis+unix:///run/redis.sock");
  if (url.path.size() > kLongestSocketPath)
    refuse(url, "the path of a unix socket has at most 107 bytes, this one has " +
                    std::to_string(url.path.size()));
  settings.socket = url.path;
}

TlsSettings read_tls(const Url& url, const std::string& host) {
  TlsSettings tls;
  tls.server_name = url.parameter("servername", host);
  tls.ca = url.parameter("ca");
  tls.certificate = url.parameter("cert");
  tls.key = url.parameter("key");
  tls.insecure = url.parameters.contains("insecure");
  for (const auto* name : {"servername", "ca", "cert", "key"})
    if (url.parameters.contains(name) && url.parameter(name).empty())
      refuse(url, std::string(name) + "= is empty; leave it out, or give it a value");
  if (tls.server_name.find('\0') != std::string::npos) refuse(url, "the server's name holds a NUL");
  if (tls.certificate.empty() != tls.key.empty())
    refuse(url, "cert and key belong together; give both, or neither");
  if (tls.insecure && url.parameter("insecure") != "1")
    refuse(url, "write insecure=1 to trust whoever answers; leave it out to verify who it is");
  if (tls.insecure && !tls.ca.empty())
    refuse(url, "insecure=1 verifies nothing, so that ca= has no meaning; leave one of them out");
  return tls;
}

void require_known_parameters(const Url& url) {
  if (url.scheme == "rediss")
    url.require_parameters_among({"db", "prefix", "password_env", "password_file", "ca", "cert",
                                  "key", "servername", "insecure"});
  else
    url.require_parameters_among({"db", "prefix", "password_env", "password_file"});
}

}  // namespace

Settings Settings::from(const Url& url) {
  require_known_parameters(url);
  Settings settings;
  if (url.scheme == "redis+unix") {
    read_unix(settings, url);
  } else {
    read_tcp(settings, url);
  }
  if (url.scheme == "rediss") settings.tls = read_tls(url, settings.host);
  if (url.parameters.contains("db")) settings.db = parsed_db(url, url.parameter("db"));
  settings.prefix = url.parameter("prefix", settings.prefix);
  settings.user = url.user;
  settings.password = url.secret();
  return settings;
}

std::string Settings::address() const {
  if (!socket.empty()) return "redis at " + socket;
  const bool ipv6 = host.find(':') != std::string::npos;
  return "redis at " + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace tubes::redis

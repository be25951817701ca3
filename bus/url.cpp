#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>

#include <tubes/bus/error.hpp>
#include <tubes/bus/url.hpp>

namespace tubes {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::invalid_url, why);
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// RFC 3986 section 2.1. The part's name and not its text goes into the error: it may be secret.
std::string percent_decoded(std::string_view text, std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      refuse("invalid bus URL: a '%' in its " + std::string(part) +
             " is not followed by two hexadecimal digits; write a literal '%' as %25");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

/// Splits `text` at the first `separator`; what follows it is taken off `text` and returned.
std::string_view take_after(std::string_view& text, std::string_view separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + separator.size());
  text = text.substr(0, at);
  return rest;
}

std::uint16_t parsed_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0)
    refuse(
        "invalid bus URL: the port, behind the last ':' of the host, must be a number from 1 to "
        "65535");
  return port;
}

void parse_host_and_port(Url& url, std::string_view text) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) refuse("invalid bus URL: '[' of the host has no ']'");
    url.host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    if (!text.empty() && !text.starts_with(':'))
      refuse("invalid bus URL: only a port may follow the ']' of the host");
    if (!text.empty()) url.port = parsed_port(text.substr(1));
    return;
  }
  const auto colon = text.find(':');
  url.host = percent_decoded(text.substr(0, colon), "host");
  if (colon != std::string_view::npos) url.port = parsed_port(text.substr(colon + 1));
}

void parse_authority(Url& url, std::string_view authority) {
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) {
    std::string_view user = authority.substr(0, at);
    url.password = percent_decoded(take_after(user, ":"), "password");
    url.user = percent_decoded(user, "user");
    authority.remove_prefix(at + 1);
  }
  parse_host_and_port(url, authority);
}

void parse_parameters(Url& url, std::string_view query) {
  while (!query.empty()) {
    std::string_view name = query;
    query = take_after(name, "&");
    const auto value = take_after(name, "=");
    if (name.empty()) refuse("invalid bus URL: a parameter has no name; write ?name=value");
    if (!url.parameters
             .emplace(percent_decoded(name, "parameters"), percent_decoded(value, "parameters"))
             .second)
      refuse("invalid bus URL: the parameter \"" + std::string(name) + "\" stands there twice");
  }
}

/// A password with a '/', '?' or '#' in it ends the authority too early: its rest would be taken
/// for a path or a parameter, and shown. Quotes nothing.
void refuse_split_secret(std::string_view rest) {
  const auto end = rest.find_first_of("/?#");
  if (end == std::string_view::npos) return;
  const auto authority = rest.substr(0, end);
  const bool may_be_cut = authority.find_first_of(":@") != std::string_view::npos;
  if (may_be_cut && rest.find('@', end) != std::string_view::npos)
    refuse(
        "invalid bus URL: an '@' follows the host; write it as %40, and in a password also '/', "
        "'?' and '#' as %2F, %3F and %23");
}

std::string first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line))
    refuse("password_file " + path +
           " cannot be read; it must hold the password on its first line");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

Url Url::parse(std::string_view text) {
  Url url;
  std::string_view scheme = text;
  std::string_view rest = take_after(scheme, "://");
  const bool known_shape = rest.data() != nullptr && !scheme.empty();
  if (!known_shape)
    refuse("invalid bus URL: expected scheme://…, for example zmq://127.0.0.1:5550");
  url.scheme = scheme;
  refuse_split_secret(rest);
  parse_parameters(url, take_after(rest, "?"));
  const auto slash = std::min(rest.find('/'), rest.size());
  url.path = percent_decoded(rest.substr(slash), "path");
  parse_authority(url, rest.substr(0, slash));
  return url;
}

std::string Url::shown() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return scheme + "://" + (ipv6 ? "[" + host + "]" : host) +
         (port ? ":" + std::to_string(*port) : "") + path;
}

void Url::require_parameters_among(std::initializer_list<std::string_view> known) const {
  for (const auto& [name, value] : parameters) {
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string list;
    for (auto each : known) list.append(list.empty() ? "" : ", ").append(each);
    refuse("unknown parameter \"" + name + "\" in " + shown() + "; " +
           (list.empty() ? scheme + ":// has none" : "known are: " + list));
  }
}

std::string Url::parameter(const std::string& name, std::string_view fallback) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string(fallback) : found->second;
}

std::string Url::secret() const {
  if (const auto variable = parameter("password_env"); !variable.empty()) {
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr)
      refuse("the environment variable " + variable + ", named by password_env in " + shown() +
             ", is not set");
    return value;
  }
  if (const auto path_of_secret = parameter("password_file"); !path_of_secret.empty())
    return first_line_of(path_of_secret);
  return password;
}

}  // namespace tubes

#include <algorithm>
#include <charconv>
#include <system_error>

#include <tubes/bridge/sts.hpp>

namespace tubes::bridge {
namespace {

/// Digits alone.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* const begin = text.data();
  const auto* const end = begin + text.size();
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  const auto value = number(text);
  if (!value || *value < 1 || *value > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(*value);
}

std::optional<std::chrono::seconds> duration_of(std::string_view text) {
  const auto value = number(text);
  if (!value) return std::nullopt;
  constexpr auto most = static_cast<std::uint64_t>(StsPolicies::longest.count());
  return std::chrono::seconds{static_cast<std::int64_t>(std::min(*value, most))};
}

/// The value of a key that is there once.
std::optional<std::string_view> value_of(std::string_view key, std::string_view offer) {
  std::optional<std::string_view> found;
  while (!offer.empty()) {
    const auto token = offer.substr(0, offer.find(','));
    offer.remove_prefix(std::min(token.size() + 1, offer.size()));
    const auto equals = token.find('=');
    if (token.substr(0, equals) != key || equals == token.npos) continue;
    if (found) return std::nullopt;
    found = token.substr(equals + 1);
  }
  return found;
}

std::string key_of(std::string_view host) {
  std::string key{host};
  for (char& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return key;
}

}  // namespace

StsOffer StsOffer::parse(std::string_view value) {
  StsOffer offer;
  if (const auto port = value_of("port", value)) offer.port = port_of(*port);
  if (const auto duration = value_of("duration", value)) offer.duration = duration_of(*duration);
  return offer;
}

Endpoint StsPolicies::begin(const Endpoint& configured, Time now) {
  const auto found = policies_.find(key_of(configured.host));
  if (found == policies_.end()) return configured;
  if (found->second.expires <= now) {
    policies_.erase(found);  // or the end of the connection that begins would renew it
    return configured;
  }
  return configured.tls ? configured : Endpoint{configured.host, found->second.port, true};
}

std::optional<std::uint16_t> StsPolicies::upgrade(const Endpoint& plain, std::string_view value) {
  if (plain.tls || is_ip_address(plain.host)) return std::nullopt;
  return StsOffer::parse(value).port;
}

bool StsPolicies::offered(const Endpoint& secure, std::string_view value, Time now) {
  const auto duration = StsOffer::parse(value).duration;
  if (!secure.tls || !duration || is_ip_address(secure.host)) return false;
  const auto key = key_of(secure.host);
  if (duration->count() == 0) return policies_.erase(key) > 0;
  const Policy policy{secure.port, *duration, now + *duration};
  return std::exchange(policies_[key], policy) != policy;
}

bool StsPolicies::ended(const Endpoint& secure, Time now) {
  const auto found = policies_.find(key_of(secure.host));
  if (!secure.tls || found == policies_.end()) return false;
  const auto expires = now + found->second.duration;
  return std::exchange(found->second.expires, expires) != expires;
}

bool StsPolicies::holds(const Endpoint& server, Time now) const {
  const auto found = policies_.find(key_of(server.host));
  return found != policies_.end() && found->second.expires > now;
}

StsPolicies::ByHost StsPolicies::valid(Time now) const {
  ByHost valid;
  for (const auto& [host, policy] : policies_)
    if (policy.expires > now) valid.emplace(host, policy);
  return valid;
}

}  // namespace tubes::bridge

#include <cmath>
#include <filesystem>
#include <utility>

#include <spdlog/spdlog.h>

#include <tubes/bridge/replace_file.hpp>
#include <tubes/bridge/sts_store.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {
namespace {

using config::Json;
using config::StrictObject;

StsPolicies::Time today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// A whole number up to `most`.
std::int64_t whole(StrictObject& object, const char* key, std::int64_t most) {
  const auto number = object.positive(key);
  if (!number) object.missing(key, "a number");
  if (*number > static_cast<double>(most) || *number != std::floor(*number)) {
    object.at(key).refuse("expected a whole number up to " + std::to_string(most));
  }
  return static_cast<std::int64_t>(*number);
}

StsPolicies::Policy read_policy(StrictObject& object) {
  using std::chrono::seconds;
  StsPolicies::Policy policy;
  policy.port = static_cast<std::uint16_t>(whole(object, "port", 65'535));
  policy.duration = seconds{whole(object, "duration", StsPolicies::longest.count())};
  policy.expires = StsPolicies::Time{seconds{whole(object, "expires", std::int64_t{1} << 40)}};
  return policy;
}

/// Runs `read`; an error in the file costs what it stands in, with a warning.
template <class Read>
void tolerating(const std::string& loss, Read&& read) {
  try {
    read();
  } catch (const Error& error) {
    spdlog::warn("{}; {}", error.what(), loss);
  }
}

StsPolicies::ByHost load_policies(const std::string& file) {
  StsPolicies::ByHost policies;
  std::error_code unknown;
  if (file.empty() || !std::filesystem::exists(file, unknown)) return policies;
  tolerating("the state in it is lost: servers that asked for TLS (STS) have to ask again", [&] {
    const Json json = config::parse_json(file, config::read_file(file));
    StrictObject root{{file, ""}, json};
    const Json* const sts = root.value("sts");
    if (sts == nullptr) return;
    StrictObject hosts{root.at("sts"), *sts};
    for (const auto& host : hosts.keys()) {
      tolerating("this policy is lost: the server has to ask for TLS (STS) again", [&] {
        auto policy = hosts.object(host.c_str());
        policies[host] = read_policy(*policy);
      });
    }
  });
  return policies;
}

std::string text_of(const StsPolicies::ByHost& policies) {
  Json hosts = Json::object();
  for (const auto& [host, policy] : policies) {
    hosts[host] = {{"port", policy.port},
                   {"duration", policy.duration.count()},
                   {"expires", policy.expires.time_since_epoch().count()}};
  }
  return Json{{"sts", hosts}}.dump(2) + "\n";
}

}  // namespace

StsStore::StsStore(std::string file) : file_(std::move(file)), policies_(load_policies(file_)) {}

Endpoint StsStore::begin(const Endpoint& configured) {
  return policies_.begin(configured, today());
}

bool StsStore::holds(const Endpoint& server) const {
  return policies_.holds(server, today());
}

StsPolicies::ByHost StsStore::valid() const {
  return policies_.valid(today());
}

void StsStore::offered(const Endpoint& secure, std::string_view value) {
  if (policies_.offered(secure, value, today())) save();
}

void StsStore::ended(const Endpoint& secure) {
  if (policies_.ended(secure, today())) save();
}

void StsStore::save() {
  if (file_.empty()) return;
  const auto error = replace_file(file_, text_of(policies_.valid(today())));
  const auto trouble = error ? error.message() : "";
  if (std::exchange(trouble_, trouble) == trouble || !error) return;
  spdlog::warn("cannot write {} ({}); which servers asked for TLS (STS) is forgotten at the end",
               file_, trouble);
}

}  // namespace tubes::bridge

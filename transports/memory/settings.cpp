#include <charconv>
#include <limits>

#include <tubes/bus/engine/dispatcher.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/transports/memory/settings.hpp>

namespace tubes::memory {
namespace {

constexpr std::string_view default_faults = "10";

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::invalid_url, why);
}

bool wants_inline(const Url& url) {
  const auto dispatch = url.parameter("dispatch", "inline");
  if (dispatch != "inline" && dispatch != "thread")
    refuse("memory:// has ?dispatch=inline and ?dispatch=thread, not " + dispatch);
  return dispatch == "inline";
}

std::uint64_t number(const Url& url, const std::string& name, std::string_view fallback,
                     std::uint64_t least, std::uint64_t most) {
  const auto text = url.parameter(name, fallback);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || value < least || value > most)
    refuse("the " + name + " of memory:// must be a number from " + std::to_string(least) + " to " +
           std::to_string(most) + ", not " + text);
  return value;
}

unsigned faults(const Url& url, bool ideal) {
  const auto count = number(url, "faults", ideal ? "0" : default_faults, 0, 1'000);
  if (ideal && count > 0)
    refuse("memory:// with ?profile=ideal has no faults; take ?profile=redis or ?profile=zmq");
  return static_cast<unsigned>(count);
}

}  // namespace

Settings Settings::of(const Url& url) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  Settings settings;
  settings.inline_dispatch = wants_inline(url);
  settings.deepest = number(url, "limit", std::to_string(Dispatcher::default_deepest), 1, most);
  settings.profile = profile_named(url.parameter("profile", "ideal"));
  settings.seed = number(url, "seed", "0", 0, most);
  settings.faults = tubes::memory::faults(url, settings.profile == nullptr);
  return settings;
}

std::string Settings::difference(const Settings& other) const {
  const auto is = [](const char* name, auto value) { return name + std::to_string(value); };
  if (inline_dispatch != other.inline_dispatch)
    return inline_dispatch ? "dispatch=inline" : "dispatch=thread";
  if (inline_dispatch && deepest != other.deepest) return is("limit=", deepest);
  if (profile != other.profile)
    return "profile=" + std::string(profile != nullptr ? profile->name : "ideal");
  if (seed != other.seed) return is("seed=", seed);
  if (faults != other.faults) return is("faults=", faults);
  return {};
}

}  // namespace tubes::memory

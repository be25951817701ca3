#include <tubes/bus/error.hpp>
#include <tubes/bus/url.hpp>
#include <tubes/transports/open.hpp>

#include "fuzz.hpp"

// A bus URL with a password in it, and anything around that.
namespace tubes::fuzz {
namespace {

constexpr std::string_view secret = "hUsh0hUsh1hUsh";

void require_silent(std::string_view text) {
  require(text.find(secret) == std::string_view::npos, "no text holds the password", text);
}

/// Calls what may throw nothing but Error{invalid_url}.
template <class Action>
void refusing(Action action) try {
  action();
} catch (const Error& error) {
  require(error.code() == ErrorCode::invalid_url, "only Error{invalid_url}", error.what());
  require_silent(error.what());
}

/// Files that an input names by chance are not to be read.
bool names_files(const Url& url) {
  return std::ranges::any_of(url.parameters, [](const auto& parameter) {
    return parameter.second.find('/') != std::string::npos;
  });
}

void check_url(const std::string& text) {
  refusing([&] {
    const auto url = Url::parse(text);
    require_silent(url.shown());
    refusing([&] { url.require_parameters_among({"db", "prefix"}); });
    if (!names_files(url)) refusing([&] { check(text); });
  });
}

/// `before` and `after` are the rest of the password.
std::string with_secret(std::string_view scheme, std::string_view before, std::string_view after,
                        std::string_view where) {
  return std::string(scheme)
      .append("://user:")
      .append(before)
      .append(secret)
      .append(after)
      .append("@")
      .append(where);
}

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tubes::fuzz;
  constexpr std::string_view schemes[] = {"redis",   "redis+unix", "rediss", "zmq",
                                          "zmq+ipc", "memory",     "nats",   "redis+stream"};
  Choices choices(data, size);
  const auto scheme = schemes[choices.below(std::size(schemes))];
  const auto before = choices.bytes(choices.below(8));
  const auto after = choices.bytes(choices.below(8));
  const auto where = choices.rest();
  if (where.find(secret) != where.npos) return -1;  // libFuzzer finds out the word
  check_url(with_secret(scheme, before, after, where));
  check_url(std::string(scheme).append("://").append(where));
  check_url(std::string(where));
  return 0;
}

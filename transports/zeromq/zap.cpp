#include <algorithm>

#include <tubes/transports/zeromq/zap.hpp>

namespace tubes::zeromq {
namespace {

constexpr std::string_view version = "1.0";
enum Place : std::size_t { at_version, at_id, at_domain, at_address, at_routing_id, at_mechanism };
constexpr std::size_t at_credentials = at_mechanism + 1;

std::optional<Key> key_in(Frames frames) {
  Key key;
  if (frames[at_mechanism] != "CURVE" || frames.size() != at_credentials + 1 ||
      frames[at_credentials].size() != key.size())
    return std::nullopt;
  std::ranges::copy(frames[at_credentials], key.begin());
  return key;
}

}  // namespace

std::optional<ZapRequest> parse_zap(Frames frames) {
  if (frames.size() <= at_mechanism || frames[at_version] != version) return std::nullopt;
  return ZapRequest{std::string(frames[at_id]), std::string(frames[at_address]), key_in(frames)};
}

OwnedFrames zap_answer(std::string_view id, bool allowed) {
  return {std::string(version),
          std::string(id),
          allowed ? "200" : "400",
          allowed ? "OK" : "this key is not allowed",
          "",
          ""};
}

}  // namespace tubes::zeromq

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tubes/bridge/endpoint.hpp>

namespace tubes::bridge {

// IRCv3 Strict Transport Security (ircv3.net/specs/extensions/sts): a server says that it is to be
// talked to over TLS alone. Of its words each counts on one kind of connection only: over plain
// text an attacker could have spoken.

/// The value of the capability `sts`, as in "port=6697,duration=2592000,preload". What is not
/// valid, or there twice, is not there; keys that are not known are passed over.
struct StsOffer {
  std::optional<std::uint16_t> port;
  /// At most StsPolicies::longest, whatever the server says.
  std::optional<std::chrono::seconds> duration;

  static StsOffer parse(std::string_view value);
};

/// Which hosts are to be talked to over TLS alone, and until when. By the host's name as it stands
/// in a URL, in either case; an IP address can have no policy. No I/O and no clock: the time is
/// that of the calendar, because policies outlive the program.
class StsPolicies {
 public:
  using Time = std::chrono::sys_seconds;
  static constexpr std::chrono::seconds longest = std::chrono::years{10};

  struct Policy {
    std::uint16_t port = 0;            ///< where TLS was spoken when the server asked for it
    std::chrono::seconds duration{0};  ///< as the server last said
    Time expires{};
    bool operator==(const Policy&) const = default;
  };
  using ByHost = std::map<std::string, Policy>;

  StsPolicies() = default;
  explicit StsPolicies(ByHost policies) : policies_(std::move(policies)) {}

  /// Where to connect instead of to `configured`, for one connection that begins now: over TLS to
  /// the policy's port if it is plain and its host has a policy that is valid.
  Endpoint begin(const Endpoint& configured, Time now);

  /// What a server offered over plain text: if this returns a port, the connection is to be closed
  /// before anything else is done, and made anew over TLS to that port, now. If that fails it is an
  /// attempt that failed: only a policy, which a verified connection brings, rules plain text out
  /// from then on.
  static std::optional<std::uint16_t> upgrade(const Endpoint& plain, std::string_view value);

  /// What a server offered over TLS, with a certificate that was verified: sets, renews or removes
  /// the host's policy. Returns whether anything has changed.
  bool offered(const Endpoint& secure, std::string_view value, Time now);

  /// Such a connection has ended: the policy counts from now, even if it ran out meanwhile.
  /// Returns whether anything has changed.
  bool ended(const Endpoint& secure, Time now);

  /// Whether this host has a policy that is valid.
  bool holds(const Endpoint& server, Time now) const;

  /// Those that are valid now.
  ByHost valid(Time now) const;

 private:
  ByHost policies_;  ///< some may have expired while their connection lasts
};

}  // namespace tubes::bridge

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tubes/bus/driver.hpp>

/// What stands in the frames between a client and the broker (docs/ZEROMQ.md): bytes in, bytes
/// out, no socket. Everything may come from a stranger, and is checked.
namespace tubes::zeromq {

/// The frames of one message, without the routing id that a ROUTER puts in front.
using Frames = std::span<const std::string_view>;
using OwnedFrames = std::vector<std::string>;

inline constexpr std::string_view protocol_version = "1";
inline constexpr std::string_view ready_prefix = "$ready.";

/// What cannot be read, and why.
struct Malformed {
  std::string why;
  bool is_publish = false;  ///< counts as one: a confirmed session is told
};

/// From a client to the broker. The views are into the frames that were parsed.
struct Hello {
  std::string_view version;
};
struct Publish {
  std::string_view topic;
  std::string_view payload;
};
using Request = std::variant<Publish, Hello, RetainedCall, Malformed>;

Request parse_request(Frames frames);
OwnedFrames hello();
OwnedFrames request(const RetainedCall& call);

/// Whether buses talk among themselves on this topic: "$heartbeat", "$stats", and "$stats." with 32
/// hexadecimal digits. All others that begin with $ are this protocol's.
bool is_topic_of_buses(std::string_view topic) noexcept;

/// Why a broker does not take a publish; empty if it does.
std::string fault_of(const Publish& publish, std::size_t max_payload);

/// From the broker to a client. Counts are of all publishes since the hello.
struct Welcome {
  std::string instance;  ///< a new one each time the broker starts
};
struct Refused {
  std::string why;
};
struct Acknowledged {
  std::uint64_t count = 0;
};
/// The publish numbered `count` was refused; all before it that are not answered were taken.
struct Rejected {
  std::uint64_t count = 0;
  std::string why;
};
struct Answer {
  enum class Status { value, none, refused };
  std::uint64_t id = 0;
  Status status = Status::none;
  std::string text;  ///< the value, nothing, or the reason
};
using Reply = std::variant<Acknowledged, Rejected, Answer, Welcome, Refused, Malformed>;

/// Reasons are as printable() makes them.
Reply parse_reply(Frames frames);
OwnedFrames frames_of(const Welcome&);
OwnedFrames frames_of(const Refused&);
OwnedFrames frames_of(const Acknowledged&);
OwnedFrames frames_of(const Rejected&);
OwnedFrames frames_of(const Answer&);

/// If `frame` is an XPUB's word of a new subscription to "$ready.…": that topic. Else empty.
std::string_view ready_topic(std::string_view frame) noexcept;

/// What a stranger wrote, fit for an error: its first 300 bytes, all else than printable ASCII as
/// "?".
std::string printable(std::string_view text);

/// Eight bytes, most significant first.
std::string encoded(std::uint64_t number);
std::optional<std::uint64_t> decoded(std::string_view bytes) noexcept;

}  // namespace tubes::zeromq

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <tubes/bus/url.hpp>
#include <tubes/transports/memory/profile.hpp>

namespace tubes::memory {

/// What the parameters of a memory:// say.
struct Settings {
  bool inline_dispatch = true;
  std::size_t deepest = 0;           ///< answers that handlers may make each other run
  const Profile* profile = nullptr;  ///< none: ideal
  std::uint64_t seed = 0;
  unsigned faults = 0;  ///< per mille of messages

  /// Throws Error{invalid_url} for what makes no sense, and lists what does.
  static Settings of(const Url& url);

  /// The first parameter in which `other` differs, as it stands here ("seed=7"); or nothing.
  std::string difference(const Settings& other) const;
};

}  // namespace tubes::memory

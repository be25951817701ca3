#pragma once

#include <cstdint>
#include <string>

#include <tubes/bus/url.hpp>

namespace tubes::zeromq::testing {

/// A loopback port that is free, as is the next one.
std::uint16_t free_port_pair(const std::string& host = "127.0.0.1");

/// A broker's URL on loopback that nobody uses.
Url free_url();

/// A folder of its own, removed with everything in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(Folder&&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace tubes::zeromq::testing

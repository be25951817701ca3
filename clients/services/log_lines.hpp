#pragma once

#include <string>

#include <tubes/proto/message.hpp>

namespace tubes::services {

/// A message as a line of a log says it ("<alice> hello"), and whose log that is.
struct LogLine {
  std::string network, channel;  ///< channel "": of the whole network
  std::string text;              ///< "" for what no log tells of
};

LogLine log_line(const Message& message);

/// The name of a file for this channel or network: in small letters, and what a file system or a
/// shell might take amiss as %XX.
std::string file_name(std::string_view name);

}  // namespace tubes::services

#include <tubes/bridge/irc/described.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {

std::string described(const Line& line) {
  std::string text = line.command;
  for (std::size_t i = 1; i < line.params.size(); ++i) text.append(" ").append(line.params[i]);
  return printable(text);
}

}  // namespace tubes::irc

#include <cstddef>

#include <tubes/proto/text/excerpt.hpp>
#include <tubes/proto/text/utf8.hpp>

namespace tubes {
namespace {

// C0, DEL and C1: a terminal may obey any of them.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string excerpt(std::string_view payload) {
  constexpr std::size_t longest = 120;
  std::string out;
  for (std::size_t at = 0; at < payload.size();) {
    const utf8::Step step = utf8::step(payload, at);
    const std::string_view character = payload.substr(at, step.length);
    if (out.size() + character.size() > longest) return out + "…";
    if (step.valid && !is_control(character)) {
      out += character;
    } else {
      out += '.';
    }
    at += step.length;
  }
  return out;
}

}  // namespace tubes

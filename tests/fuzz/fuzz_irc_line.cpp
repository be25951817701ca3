#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/line_reader.hpp>
#include <tubes/bridge/irc/split.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

#include "fuzz.hpp"

// Lines of IRC: cut out of a stream, read, and written again.
namespace tubes::fuzz {
namespace {

using namespace irc;

bool is_one_line(std::string_view bytes) {
  return bytes.size() <= max_line && bytes.ends_with("\r\n") &&
         bytes.find_first_of(std::string_view("\r\n\0", 3)) == bytes.size() - 2;
}

void check_line(std::string_view text) try {
  const auto line = parse_line(text);
  if (!line) return;
  const auto written = format_line(*line);
  require(is_one_line(written), "what is written is one line", written);
  const auto again = parse_line(std::string_view(written).substr(0, written.size() - 2));
  require(again && again->command == line->command && again->params == line->params,
          "what is written is read again", written);
} catch (const Error& error) {
  require(error.code() == ErrorCode::refused, "only Error{refused}", error.what());
}

std::string all_lines(LineReader& reader) {
  std::string all;
  while (const auto read = reader.next())
    all += read->text + '|' + std::to_string(read->size) + '\n';
  return all;
}

void check_reader(std::string_view bytes, unsigned seed) {
  LineReader whole, cut;
  whole.feed(bytes);
  std::string lines;
  in_pieces(bytes, seed, [&](auto piece) {
    cut.feed(piece);
    lines += all_lines(cut);
  });
  require(all_lines(whole) == lines, "where the bytes are cut makes no difference", lines);
}

void check_split(std::string_view text, std::size_t room) {
  const bool utf8 = is_utf8(text);
  for (const auto part : split_text(text, room)) {
    require(!part.empty() && part.size() <= room, "a part fits", part);
    require(part.find_first_of("\r\n") == part.npos, "a part is of one line", part);
    require(!utf8 || room < 4 || is_utf8(part), "a character stays whole", part);
  }
  require(is_utf8(to_utf8(text)) && is_utf8(printable(text)), "any bytes become UTF-8");
}

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tubes::fuzz;
  Choices choices(data, size);
  const auto seed = choices.byte();
  const auto text = choices.rest();
  check_line(text);
  check_reader(text, seed);
  check_split(text, 1 + seed % 32);
  return 0;
}

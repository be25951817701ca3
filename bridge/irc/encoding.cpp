#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>

#include <iconv.h>

#include <tubes/bridge/irc/encoding.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

/// In all of these ASCII is ASCII. Those that write everything with 7 bits could never be told from
/// UTF-8, and are not here.
constexpr std::array<std::string_view, 35> encodings = {
    "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255",
    "windows-1256", "windows-1257", "windows-1258", "iso-8859-1",   "iso-8859-2",   "iso-8859-3",
    "iso-8859-4",   "iso-8859-5",   "iso-8859-6",   "iso-8859-7",   "iso-8859-8",   "iso-8859-9",
    "iso-8859-10",  "iso-8859-11",  "iso-8859-13",  "iso-8859-14",  "iso-8859-15",  "iso-8859-16",
    "koi8-r",       "koi8-u",       "cp437",        "cp850",        "cp866",        "big5",
    "cp932",        "euc-jp",       "euc-kr",       "gb18030",      "gbk"};

constexpr std::string_view unknown_character = "\xEF\xBF\xBD";

/// One conversion by iconv.
class Conversion {
 public:
  explicit Conversion(std::string_view from)
      : handle_(iconv_open("UTF-8", std::string{from}.c_str())) {}
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  ~Conversion() {
    if (there()) iconv_close(handle_);
  }

  bool there() const { return reinterpret_cast<std::intptr_t>(handle_) != -1; }

  std::string operator()(std::string text) {
    std::string result;
    char* next = text.data();
    std::size_t left = text.size();
    while (left > 0 && (!there() || !convert(next, left, result))) {
      result += unknown_character;  // for a byte that cannot be read
      ++next;
      --left;
    }
    return result;
  }

 private:
  /// Goes on as far as it can; false if a byte stands in the way.
  bool convert(char*& next, std::size_t& left, std::string& result) {
    std::array<char, 1024> room{};
    for (;;) {
      char* out = room.data();
      std::size_t free = room.size();
      const bool done = iconv(handle_, &next, &left, &out, &free) != static_cast<std::size_t>(-1);
      const bool full = !done && errno == E2BIG;
      result.append(room.data(), room.size() - free);
      if (!full) return done;
    }
  }

  iconv_t handle_;
};

bool same_encoding(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::optional<Encoding> Encoding::named(std::string_view name) {
  const auto found = std::ranges::find_if(
      encodings, [&](std::string_view known) { return same_encoding(known, name); });
  if (found == encodings.end()) return std::nullopt;
  return Encoding{static_cast<std::size_t>(found - encodings.begin())};
}

std::string Encoding::names() {
  std::string list;
  for (const auto name : encodings) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

std::string_view Encoding::name() const noexcept {
  return encodings[index_];
}

bool Encoding::usable() const {
  return index_ == 0 || Conversion{name()}.there();
}

std::string Encoding::to_utf8(std::string_view text) const {
  if (index_ == 0 || is_utf8(text)) return irc::to_utf8(text);
  return Conversion{name()}(std::string{text});
}

}  // namespace tubes::irc

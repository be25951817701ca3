#include <algorithm>
#include <charconv>
#include <optional>

#include <tubes/bus/engine/members.hpp>

namespace tubes {
namespace {

class Reader {
 public:
  Reader(std::string_view text, const OnMember& member) : rest_(text), member_(member) {}

  bool read() {
    if (!object({})) return false;
    skip_space();
    return rest_.empty();
  }

 private:
  bool object(std::string_view group) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      const auto key = text();
      if (!key || !take(':') || !value(group, *key)) return false;
    } while (take(','));
    return take('}');
  }

  bool value(std::string_view group, std::string_view key) {
    skip_space();
    if (rest_.starts_with('{')) return group.empty() && !key.empty() && object(key);
    const auto found = rest_.starts_with('"') ? as_member(text()) : word();
    if (found) member_(group, key, *found);
    return found.has_value();
  }

  std::optional<std::string_view> text() {
    if (!take('"')) return std::nullopt;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const auto byte = static_cast<unsigned char>(rest_[i]);
      if (byte == '\\' || byte < 0x20) return std::nullopt;
      if (byte == '"') return cut(i, 1);
    }
    return std::nullopt;
  }

  /// A number, true or false.
  std::optional<Member> word() {
    const auto found = cut(std::min(rest_.find_first_of(",} \t\r\n"), rest_.size()), 0);
    if (found == "true" || found == "false") return Member{found == "true"};
    if (found.size() > 1 && found.starts_with('0')) return std::nullopt;
    std::uint64_t number = 0;
    const auto* const last = found.data() + found.size();
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): `last` bounds it
    const auto [end, error] = std::from_chars(found.data(), last, number);
    if (error != std::errc{} || end != last) return std::nullopt;
    return Member{number};
  }

  static std::optional<Member> as_member(std::optional<std::string_view> text) {
    if (!text) return std::nullopt;
    return Member{*text};
  }

  std::string_view cut(std::size_t size, std::size_t behind) {
    const auto found = rest_.substr(0, size);
    rest_.remove_prefix(size + behind);
    return found;
  }

  bool take(char wanted) {
    skip_space();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_space() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  std::string_view rest_;
  const OnMember& member_;
};

}  // namespace

bool read_members(std::string_view text, const OnMember& member) {
  return Reader(text, member).read();
}

}  // namespace tubes

#include <deque>
#include <filesystem>
#include <utility>

#include <re2/re2.h>

#include <tubes/clients/services/service.hpp>

namespace tubes::services {
namespace {

/// A pattern (RE2: it takes linear time, whatever strangers say) and what is said to it. In the
/// answer \1 is the first group and {sender} the one who is answered.
struct Canned {
  Canned(const std::string& text, std::string answered)
      : pattern(text, re2::RE2::Quiet), answer(std::move(answered)) {}
  const re2::RE2 pattern;
  const std::string answer;
};
using Replies = std::deque<Canned>;

std::unique_ptr<Replies> read_replies(const std::string& file) {
  const auto document = config::parse_json(file, config::read_file(file));
  config::StrictObject root{{file, ""}, document};
  auto replies = std::make_unique<Replies>();
  for (auto& each : root.list("replies")) {
    auto pattern = each.required_string("pattern");
    const auto& canned = replies->emplace_back(pattern, each.required_string("answer"));
    if (!canned.pattern.ok())
      each.at("pattern").refuse("no regular expression of RE2: " + canned.pattern.error());
    std::string why;
    if (!canned.pattern.CheckRewriteString(canned.answer, &why)) each.at("answer").refuse(why);
    each.finish();
  }
  root.finish();
  return replies;
}

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// Canned replies from a file, which may be changed at any time: the first pattern that fits
/// answers.
class Reply final : public Service {
 public:
  explicit Reply(const Setting& setting)
      : irc_(setting.irc), log_(setting.log), file_(setting.options.required_string("file")) {
    changed_ = std::filesystem::last_write_time(file_, ignored_);
    replies_ = config::placed(setting.options.at("file"), [&] { return read_replies(file_); });
    irc_.on<in::Privmsg>([this](const in::Privmsg& said) { answer(said); });
  }

 private:
  void answer(const in::Privmsg& said) {
    read_again();
    for (const auto& [pattern, answer] : *replies_) {
      std::string text;
      if (!pattern.Match(said.message, 0, said.message.size(), re2::RE2::UNANCHORED, groups_,
                         groups_count))
        continue;
      const auto count = pattern.NumberOfCapturingGroups() + 1;
      if (pattern.Rewrite(&text, answer, groups_, std::min(count, groups_count)))
        irc_.reply(said, replaced(text, "{sender}", said.sender));
      return;
    }
  }

  /// A file that cannot be read leaves what was read before.
  void read_again() {
    const auto changed = std::filesystem::last_write_time(file_, ignored_);
    if (std::exchange(changed_, changed) == changed) return;
    try {
      replies_ = read_replies(file_);
    } catch (const Error& error) {
      log_(std::string("reply: the replies stay as they were: ") + error.what());
    }
  }

  static constexpr int groups_count = 10;  // \0 to \9

  Client& irc_;
  const std::function<void(const std::string&)> log_;
  const std::string file_;
  std::error_code ignored_;
  std::filesystem::file_time_type changed_;
  std::unique_ptr<Replies> replies_;
  re2::StringPiece groups_[groups_count];
};

}  // namespace

std::unique_ptr<Service> make_reply(const Setting& setting) {
  return std::make_unique<Reply>(setting);
}

}  // namespace tubes::services

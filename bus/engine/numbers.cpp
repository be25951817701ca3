#include <tubes/bus/engine/numbers.hpp>
#include <tubes/bus/heartbeat.hpp>

namespace tubes {
namespace {

constexpr int times_stated = 2;

/// Splits what is to be stated into payloads that every reader takes.
class Statements {
 public:
  explicit Statements(const std::string& publisher) : now_{publisher, false, {}} {}

  void add(const std::string& topic, std::uint64_t last) {
    constexpr std::size_t around_a_number = 24;  // quotes, colon, comma, 20 digits
    constexpr std::size_t around_it_all = 256;
    size_ += topic.size() + around_a_number;
    if (size_ > Heartbeat::longest_text - around_it_all) {
      flush();
      size_ = topic.size() + around_a_number;
    }
    now_.last.emplace(topic, last);
  }

  /// Only the last payload is final: whoever hears it forgets the publisher.
  std::vector<std::string> take(bool final) {
    now_.final = final;
    if (!now_.last.empty()) flush();
    return std::move(texts_);
  }

 private:
  void flush() {
    texts_.push_back(to_text(now_));
    now_.last.clear();
  }

  Heartbeat now_;
  std::size_t size_ = 0;
  std::vector<std::string> texts_;
};

}  // namespace

std::uint64_t Numbers::last(std::string_view topic) const {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? 0 : found->second.last;
}

void Numbers::use(std::string_view topic) {
  auto found = topics_.find(topic);
  if (found == topics_.end()) found = topics_.emplace(topic, Number{}).first;
  auto& number = found->second;
  ++number.last;
  if (number.owed == 0) owed_.push_back(&*found);
  number.owed = times_stated;
}

void Numbers::owe_everything() {
  for (auto& each : topics_) {
    if (each.second.owed == 0) owed_.push_back(&each);
    each.second.owed = times_stated;
  }
}

std::string Numbers::announcement(std::string_view topic) const {
  return to_text({publisher_, false, {{std::string(topic), 0}}});
}

void Numbers::broke(const std::map<std::string, std::uint64_t, std::less<>>& unsent) {
  for (auto& [topic, number] : topics_) {
    const auto found = unsent.find(topic);
    number.left = number.last - (found == unsent.end() ? 0 : found->second);
  }
}

std::vector<std::string> Numbers::announcements() const {
  Statements statements(publisher_);
  for (const auto& [topic, number] : topics_)
    if (number.left < number.last) statements.add(topic, number.left);
  return statements.take(false);
}

std::vector<std::string> Numbers::statements() {
  Statements statements(publisher_);
  for (const auto* each : owed_) statements.add(each->first, each->second.last);
  std::erase_if(owed_, [](auto* each) { return --each->second.owed == 0; });
  return statements.take(false);
}

std::vector<std::string> Numbers::final_statements() {
  Statements statements(publisher_);
  for (const auto& [topic, number] : topics_) statements.add(topic, number.last);
  return statements.take(true);
}

}  // namespace tubes

#include <optional>
#include <vector>

#include <tubes/bus/error.hpp>
#include <tubes/bus/topic.hpp>

#include "fuzz.hpp"

// The grammar of topics and filters, beside a plain reading of its sentence.
namespace tubes::fuzz {
namespace {

using Tokens = std::vector<std::string>;

bool is_token(const std::string& text) {
  return !text.empty() && text.find_first_not_of(
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
                              std::string::npos;
}

std::optional<Tokens> tokens_of(std::string_view topic) {
  Tokens tokens(1);
  for (const char c : topic) {
    if (c == '.')
      tokens.emplace_back();
    else
      tokens.back() += c;
  }
  if (topic.size() > 255 || !std::ranges::all_of(tokens, is_token)) return std::nullopt;
  return tokens;
}

struct Wanted {
  Tokens tokens;
  bool below;
  bool matches(const Tokens& topic) const {
    if (!below) return topic == tokens;
    return topic.size() > tokens.size() && std::equal(tokens.begin(), tokens.end(), topic.begin());
  }
};

std::optional<Wanted> wanted_of(std::string_view filter) {
  const bool below = filter.ends_with(".>");
  const auto tokens = tokens_of(below ? filter.substr(0, filter.size() - 2) : filter);
  if (!tokens) return std::nullopt;
  return Wanted{*tokens, below};
}

std::optional<Filter> filter_of(std::string_view text) try {
  return Filter(text);
} catch (const Error& error) {
  require(error.code() == ErrorCode::invalid_topic, "only Error{invalid_topic}", error.what());
  require(std::string_view(error.what()).size() < 500, "an error has a bounded excerpt");
  return std::nullopt;
}

void check(std::string_view filter_text, std::string_view topic_text) {
  const auto topic = tokens_of(topic_text);
  require(is_topic(topic_text) == topic.has_value(), "topics are what the grammar says",
          topic_text);
  const auto filter = filter_of(filter_text);
  const auto wanted = wanted_of(filter_text);
  require(filter.has_value() == wanted.has_value(), "filters are what the grammar says",
          filter_text);
  if (!filter) return;
  require(filter->text() == filter_text, "a filter keeps its text");
  require(filter_text.starts_with(filter->stem()), "the stem is the start of the filter");
  if (topic)
    require(filter->matches(topic_text) == wanted->matches(*topic), "a filter matches its topics",
            std::string(filter_text).append(" and ").append(topic_text));
}

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tubes::fuzz::Choices choices(data, size);
  const auto filter = choices.bytes(choices.byte() + choices.below(4));
  tubes::fuzz::check(filter, choices.rest());
  tubes::fuzz::check(filter, filter);
  return 0;
}

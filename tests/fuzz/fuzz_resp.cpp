#include <optional>
#include <vector>

#include <tubes/bus/topic.hpp>
#include <tubes/tests/support/recording_sink.hpp>
#include <tubes/transports/redis/command_session.hpp>
#include <tubes/transports/redis/subscribe_session.hpp>

#include "fuzz.hpp"

// What a server, or whoever listens in its place, sends to the two sessions with Redis.
namespace tubes::fuzz {
namespace {

using Sink = test::RecordingSink;

struct Outcome {
  std::vector<std::string> live, answers;
  std::vector<Sink::Message> messages;
  std::size_t accepted = 0;
  std::string sent, error;
  bool operator==(const Outcome&) const = default;
};

void ask(redis::CommandSession& session, unsigned questions) {
  using Kind = RetainedCall::Kind;
  for (unsigned n = 0; n < questions % 8; ++n) session.publish("in", "payload");
  if ((questions & 8) != 0) session.call({1, Kind::get, "key", ""});
  if ((questions & 16) != 0) session.call({2, Kind::put, "key", "value"});
  if ((questions & 32) != 0) session.publish("in", "payload");
  if ((questions & 64) != 0) session.call({3, Kind::remove, "key", ""});
}

void ask(redis::SubscribeSession& session, unsigned questions) {
  constexpr std::string_view filters[] = {"in", "in.>", "out", "a.b.>"};
  for (unsigned n = 0; n < std::size(filters); ++n) {
    if ((questions >> n & 1) != 0) session.subscribe(Filter(filters[n]));
    if ((questions >> n & 16) != 0) session.unsubscribe(Filter(filters[n]));
  }
}

/// Counts of messages that were accepted depend on where the bytes were cut; their sum does not.
void add_answers(Outcome& outcome, const Sink& sink) {
  for (const auto& answer : sink.answers)
    if (!answer.starts_with("accepted")) outcome.answers.push_back(answer);
  outcome.accepted = sink.accepted_count;
  outcome.live = sink.live;
  outcome.messages = sink.messages;
}

template <class Session, class Feed>
Outcome outcome_of(unsigned questions, Feed feed) {
  redis::Settings settings;
  settings.password = "hushhush";
  settings.db = 3;
  Sink sink;
  Session session(settings, sink);
  Outcome outcome;
  session.begin();
  try {
    ask(session, questions);
    feed(session);
  } catch (const Error& error) {
    outcome.error = error.what();
  }
  outcome.sent = session.out();
  add_answers(outcome, sink);
  return outcome;
}

template <class Session>
void check(unsigned questions, unsigned seed, std::string_view replies) {
  const auto whole = outcome_of<Session>(questions, [&](auto& s) { s.feed(replies); });
  const auto cut = outcome_of<Session>(
      questions, [&](auto& s) { in_pieces(replies, seed, [&](auto piece) { s.feed(piece); }); });
  require(whole == cut, "where the bytes are cut makes no difference", whole.error);
  require(whole.accepted + whole.answers.size() <= 11, "no answer without a question");
}

/// A value is what its reply says, whatever was read before.
void check_reader(std::string_view replies) try {
  redis::ReplyReader reader;
  reader.feed(replies);
  using Kind = redis::Value::Kind;
  while (const auto* reply = reader.next()) {
    require(reply->value.kind == Kind::array || reply->elements.empty(), "only arrays hold values");
    for (const auto& value : reply->elements) {
      const bool textual =
          value.kind == Kind::bulk || value.kind == Kind::status || value.kind == Kind::error;
      require(textual || value.text.empty(), "only texts have a text", value.text);
    }
  }
} catch (const std::runtime_error&) {
}

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tubes;
  fuzz::Choices choices(data, size);
  const bool subscribes = choices.below(2) != 0;
  const auto questions = choices.byte();
  const auto seed = choices.byte();
  // The answers to AUTH, SELECT, PING and CLIENT SETNAME come first, unless the input has them.
  const auto login = choices.below(4) == 0 ? "" : "+OK\r\n+OK\r\n+PONG\r\n+OK\r\n";
  const auto replies = login + std::string(choices.rest());
  if (subscribes)
    fuzz::check<redis::SubscribeSession>(questions, seed, replies);
  else
    fuzz::check<redis::CommandSession>(questions, seed, replies);
  fuzz::check_reader(replies);
  return 0;
}

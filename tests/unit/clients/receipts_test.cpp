#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/client.hpp>
#include <tubes/transports/memory/memory.hpp>

#include "wire.hpp"

using namespace tubes;
using Strings = std::vector<std::string>;

namespace {

/// A bot and the bridge, on one bus in memory: the bridge answers what the test says.
struct Fixture {
  VirtualClock clock;
  std::unique_ptr<Bus> bus =
      memory::open(Url::parse("memory://receipts"), {.answer_stats = false, .clock = &clock});
  std::unique_ptr<Bus> bridge_bus =
      memory::open(Url::parse("memory://receipts"), {.answer_stats = false, .clock = &clock});
  std::optional<Client> irc{
      std::in_place, *bus,
      ClientOptions{.receipt_timeout = Milliseconds{1'600}, .most_receipts = 3}};
  Client bridge{*bridge_bus};
  Strings told, ids;
  std::vector<Receipt> answers;  ///< what the bridge says of each message, at once

  Fixture() {
    bridge.on<out::Privmsg>([this](const out::Privmsg& m) { heard(m.id); });
    bridge.on<out::Action>([this](const out::Action& m) { heard(m.id); });
    bridge.on<out::Raw>([this](const out::Raw& m) { heard(m.id); });
  }

  void heard(const std::string& id) {
    ids.push_back(id);
    for (auto answer : answers) {
      answer.id = id;
      bridge.publish(answer);
    }
  }
  void answer(const std::string& id, const char* state) {
    bridge.publish(Receipt{.id = id, .state = state});
  }
  void pass(int milliseconds) { clock.advance(Milliseconds{milliseconds}); }

  /// A handler that notes what it is told.
  ReceiptHandler note(const std::string& name = "ended") {
    return [this, name](const Receipt& receipt) {
      told.push_back(name + " " + receipt.state +
                     (receipt.code.empty() ? "" : " (" + receipt.code + ")"));
    };
  }
  std::string say(const std::string& name = "ended") {
    irc->say("#a", "hello", "libera", note(name));
    return ids.back();
  }
};

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("nothing was thrown");
  return {};
}

const out::Privmsg hello{.to = "#a", .message = "hello"};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a message without a receipt asked for has no id") {
  irc->say("#a", "hello");
  CHECK(ids == Strings{""});
}

TEST_CASE_FIXTURE(Fixture,
                  "every message that is tracked has another id, whatever client says it") {
  Client other{*bus};
  for (int n = 0; n < 2; ++n) {
    irc->say("#a", "hello", "", note());
    other.action("#a", "waves", "", note());
  }
  irc->raw("JOIN #a", "", note());
  std::ranges::sort(ids);
  CHECK(std::ranges::adjacent_find(ids) == ids.end());
  REQUIRE(ids.size() == 5);
  CHECK(ids[0].starts_with(bus->id() + "-"));
  CHECK(ids[0].size() <= out::max_id);
}

TEST_CASE_FIXTURE(Fixture, "the ending is told once, and what follows it is passed over") {
  const auto id = say();
  CHECK(told.empty());
  answer(id, "queued");
  CHECK(told.empty());
  answer(id, "sent");
  answer(id, "failed");
  answer(id, "queued");
  CHECK(told == Strings{"ended sent"});
  pass(10'000);
  CHECK(told == Strings{"ended sent"});
}

TEST_CASE_FIXTURE(Fixture, "who asks for it is told once that the bridge took the message") {
  const auto id = irc->track(hello, note(), note("taken"));
  CHECK(ids == Strings{id});
  answer(id, "queued");
  answer(id, "queued");
  answer(id, "confirmed");
  CHECK(told == Strings{"taken queued", "ended confirmed"});
}

TEST_CASE_FIXTURE(Fixture, "each message gets its own receipt, in whatever order they come") {
  const auto first = say("first"), second = say("second");
  answer("of nobody", "sent");
  answer(second, "sent");
  answer(first, "confirmed");
  CHECK(told == Strings{"second sent", "first confirmed"});
}

TEST_CASE_FIXTURE(Fixture, "a receipt has all that the bridge said") {
  Receipt got;
  answers = {{.id = {},
              .state = "failed",
              .network = "n",
              .code = "404",
              .reason = "no",
              .time = "t",
              .msgid = "m"}};
  irc->say("#a", "hello", "", [&](const Receipt& receipt) { got = receipt; });
  answers[0].id = ids[0];
  CHECK(got == answers[0]);
}

TEST_CASE_FIXTURE(Fixture, "a state of a later version is no ending") {
  answer(say(), "thought_about");
  CHECK(told.empty());
  answer(ids[0], "sent");
  CHECK(told == Strings{"ended sent"});
}

TEST_CASE_FIXTURE(Fixture,
                  "no ending in time is an unknown one, and what comes later is too late") {
  Receipt got;
  irc->say("#a", "hello", "libera", [&](const Receipt& receipt) { got = receipt; });
  pass(1'599);
  CHECK(got == Receipt{});
  pass(1);
  CHECK(got ==
        Receipt{.id = ids[0],
                .state = "unknown",
                .network = "libera",
                .code = "timeout",
                .reason = "no receipt came within 1.6 s: is there a bridge that gives them?"});
  answer(ids[0], "sent");
  CHECK(got.code == "timeout");
}

TEST_CASE_FIXTURE(Fixture,
                  "a message that the bridge took before the time was up may still be said") {
  Receipt got;
  const auto id = irc->track(hello, [&](const Receipt& receipt) { got = receipt; });
  const auto value = irc->track(hello);
  bridge.publish(Receipt{.id = id, .state = "queued", .network = "libera"});
  answer(value.id(), "queued");
  pass(1'700);
  const auto* const why =
      "no ending came within 1.6 s: the bridge has it (queued); it may still be said";
  CHECK(
      got ==
      Receipt{.id = id, .state = "unknown", .network = "libera", .code = "timeout", .reason = why});
  CHECK(value.get().reason == why);
}

TEST_CASE_FIXTURE(Fixture, "what was said while another waited is late by a sixteenth at most") {
  say("first");
  pass(50);
  say("second");
  pass(1'599);
  CHECK(told == Strings{"first unknown (timeout)"});
  pass(100);
  CHECK(told == Strings{"first unknown (timeout)", "second unknown (timeout)"});
}

TEST_CASE_FIXTURE(Fixture, "the time begins anew for what is said after all is answered") {
  answer(say("first"), "sent");
  pass(1'000);
  say("second");
  pass(1'599);
  CHECK(told == Strings{"first sent"});
  pass(1);
  CHECK(told == Strings{"first sent", "second unknown (timeout)"});
}

TEST_CASE_FIXTURE(Fixture, "a handler that throws keeps the ending from no other") {
  irc->say("#a", "1", "", [](const Receipt&) { throw std::runtime_error("no"); });
  say();
  pass(1'600 + 100);
  CHECK(told == Strings{"ended unknown (timeout)"});
}

TEST_CASE_FIXTURE(Fixture, "a handler may say the next message, and end the client") {
  answers = {{.id = {}, .state = "sent"}};
  irc->say("#a", "1", "", [&](const Receipt&) { irc->say("#a", "2", "", note()); });
  CHECK(told == Strings{"ended sent"});
  irc->say("#a", "3", "", [&](const Receipt&) { irc.reset(); });
  CHECK_FALSE(irc);
  answers.clear();
}

TEST_CASE_FIXTURE(Fixture, "a client that ends in the handler of a timeout tells nobody else") {
  say("first");
  const auto end = [&](const Receipt&) {
    told.emplace_back("the end");
    irc.reset();
  };
  for (int n = 0; n < 2; ++n) irc->say("#a", "hello", "", end);  // both are late at one tick
  pass(2'000);
  CHECK(told == Strings{"first unknown (timeout)", "the end"});
}

TEST_CASE_FIXTURE(Fixture, "only so many may be awaited at once: more are not said") {
  for (int n = 0; n < 3; ++n) say();
  CHECK(code_of([&] { say(); }) == ErrorCode::outbox_full);
  CHECK(ids.size() == 3);
  answer(ids[1], "sent");
  say();
  CHECK(ids.size() == 4);
}

TEST_CASE_FIXTURE(Fixture, "what cannot be published is awaited by nobody") {
  for (int n = 0; n < 4; ++n)
    CHECK(code_of([&] { irc->say("#a", std::string(2 << 20, 'x'), "", note()); }) ==
          ErrorCode::payload_too_large);
  pass(2'000);
  CHECK(told.empty());
  say();
  CHECK(ids.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "what makes no sense is refused, and nothing is said") {
  CHECK(code_of([&] { irc->track(in::Quit{.sender = "a"}, note()); }) == ErrorCode::unsupported);
  CHECK(code_of([&] { irc->track(UnknownType{"x", ""}, note()); }) == ErrorCode::unsupported);
  CHECK(code_of([&] { irc->track(out::Privmsg{.to = "#a", .id = "mine"}, note()); }) ==
        ErrorCode::invalid_argument);
  CHECK(code_of([&] { irc->say("#a", "hello", "", ReceiptHandler{}); }) ==
        ErrorCode::invalid_argument);
  CHECK(ids.empty());
}

TEST_CASE_FIXTURE(Fixture, "an answer to a message can be tracked, too") {
  answers = {{.id = {}, .state = "confirmed"}};
  irc->on<in::Privmsg>([&](const in::Privmsg& m) { irc->reply(m, "hello", note()); });
  bridge.publish(in::Privmsg{.sender = "alice", .channel = "#a", .message = "hi"});
  CHECK(told == Strings{"ended confirmed"});
}

TEST_CASE_FIXTURE(Fixture, "nobody is told any more once the client is gone") {
  const auto id = say();
  irc.reset();
  answer(id, "sent");
  pass(5'000);
  CHECK(told.empty());
}

TEST_CASE_FIXTURE(Fixture, "a program can have the receipt as a value") {
  answers = {{.id = {}, .state = "queued"}, {.id = {}, .state = "confirmed"}};
  const auto pending = irc->track(hello);
  CHECK(pending.id() == ids[0]);
  CHECK(pending.ready());
  CHECK(pending.get() == Receipt{.id = ids[0], .state = "confirmed"});
  CHECK(pending.wait_for(Milliseconds{0})->state == "confirmed");
}

TEST_CASE_FIXTURE(Fixture, "to wait where nothing can come is an error, not for ever") {
  const auto pending = irc->track(hello);
  CHECK_FALSE(pending.ready());
  CHECK(code_of([&] { (void)pending.get(); }) == ErrorCode::unsupported);
  CHECK(code_of([&] { (void)pending.wait_for(Milliseconds{1}); }) == ErrorCode::unsupported);
  pass(1'600);
  CHECK(pending.get().code == "timeout");
}

TEST_CASE_FIXTURE(Fixture,
                  "who has a receipt as a value is told of the client's end, and the bus's") {
  const auto first = irc->track(hello);
  irc.reset();
  CHECK(first.get() == Receipt{.id = ids[0],
                               .state = "unknown",
                               .code = "closed",
                               .reason = "nobody waits for it any more"});
  irc.emplace(*bus);
  const auto second = irc->track(hello);
  bus->close();
  CHECK(second.get().code == "closed");
}

TEST_CASE("an inline bus without a clock cannot wait, and nothing is said") {
  const auto bus = memory::open(Url::parse("memory://no-clock"));
  Client irc{*bus};
  int said = 0;
  irc.on<out::Privmsg>([&](const out::Privmsg&) { ++said; });
  CHECK(code_of([&] { (void)irc.track(hello); }) == ErrorCode::unsupported);
  CHECK(said == 0);
}

TEST_CASE(
    "the topic of receipts is live before the first message is said, and not asked for sooner") {
  test::Wire wire;
  Client irc{*wire.bus, {.receipts = "irc.receipts", .subscribe = {.ready = Ready::background}}};
  irc.say("#a", "1");
  CHECK(wire.asked.empty());
  irc.say("#a", "2", "", [](const Receipt&) {});
  irc.say("#a", "3", "", [](const Receipt&) {});
  CHECK(wire.asked == Strings{"$heartbeat", "irc.receipts"});
}

TEST_CASE("where receipts cannot be heard nothing is said, and the next message tries again") {
  test::Wire wire;
  wire.refuses = "receipts";
  Client irc{*wire.bus, {.subscribe = {.ready = Ready::background}}};
  const auto say = [&] { irc.say("#a", "hello", "", [](const Receipt&) {}); };
  CHECK(code_of(say) == ErrorCode::refused);
  CHECK(wire.sent.empty());
  wire.refuses.clear();
  say();
  REQUIRE_FALSE(wire.sent.empty());
  CHECK(wire.sent.back().find(R"("id":")") != std::string::npos);
}

namespace {

/// A bot on a bus with a thread of its own, and a bridge that says `state` to all.
struct Threads {
  std::unique_ptr<Bus> bus = memory::open(Url::parse("memory://threads?dispatch=thread"));
  Client irc{*bus, {.receipt_timeout = Milliseconds{60'000}}};
  std::string state = "sent";

  Threads() {
    irc.on<out::Privmsg>([this](const out::Privmsg& m) {
      if (!state.empty()) irc.publish(Receipt{.id = m.id, .state = state});
    });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Threads,
                  "a program waits for the receipt while the bus hands it over elsewhere") {
  CHECK(irc.track(hello).get().state == "sent");
}

TEST_CASE_FIXTURE(Threads, "a program need not wait longer than it wants") {
  state.clear();
  CHECK_FALSE(irc.track(hello).wait_for(Milliseconds{1}));
}

TEST_CASE_FIXTURE(Threads, "waiting inside a handler is an error, where it would be for ever") {
  std::promise<ErrorCode> seen;
  irc.on<in::Quit>(
      [&](const in::Quit&) { seen.set_value(code_of([&] { (void)irc.track(hello).get(); })); });
  irc.publish(in::Quit{.sender = "a"});
  CHECK(seen.get_future().get() == ErrorCode::invalid_argument);
}

TEST_CASE_FIXTURE(Threads, "a bus that closes ends the waiting") {
  state.clear();
  const auto pending = irc.track(hello);
  std::thread closes([&] { bus->close(); });
  CHECK(pending.get().code == "closed");
  closes.join();
}

TEST_CASE("the end of a client waits for the handler of a timeout that runs") {
  const auto bus = memory::open(Url::parse("memory://ends?dispatch=thread"));
  std::optional<Client> irc{std::in_place, *bus, ClientOptions{.receipt_timeout = Milliseconds{1}}};
  std::promise<void> begun;
  std::atomic<bool> ended{false};
  irc->say("#a", "hello", "", [&](const Receipt&) {
    begun.set_value();
    for (int turn = 0; turn < 10'000; ++turn) std::this_thread::yield();
    ended = true;
  });
  begun.get_future().wait();
  irc.reset();
  CHECK(ended);
}

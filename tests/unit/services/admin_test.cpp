#include <algorithm>

#include "fixture.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

struct Admins : Stage {
  Admins() {
    start("admin", R"({
      "accounts": {"local": ["alice"]}, "nicks": {"local": ["bob"]}, "channels": ["#admin"],
      "programs": {"sleeper": {"command": ["sleep", "1000"], "start": false},
                   "other": {"command": ["sleep", "1000"], "start": false}}})");
  }
  /// What is answered. News of a program comes on a thread of its own, which may be the one that
  /// hands the order over, later: so the answer is waited for.
  Strings orders(in::DirectedPrivmsg message) {
    message.channel = "#a";
    irc->publish(message);
    const auto is_news = [](const auto& line) { return !line.starts_with("#a "); };
    auto answers =
        wait_until_said([&](const Strings& lines) { return !std::ranges::all_of(lines, is_news); });
    std::erase_if(answers, is_news);
    return answers;
  }
  Strings alice(const std::string& text) {
    return orders(
        {.sender = "al", .message = text, .network = "local", .services_account = "alice"});
  }
};

}  // namespace

TEST_CASE_FIXTURE(Admins, "an admin starts, stops, restarts and lists what is configured") {
  CHECK(alice("list") == Strings{"#a other is stopped, sleeper is stopped"});
  CHECK(alice("start sleeper") == Strings{"#a sleeper is started"});
  CHECK(alice("start sleeper").size() == 1);
  CHECK(alice("restart sleeper") == Strings{"#a sleeper is restarted"});
  CHECK(alice("stop sleeper") == Strings{"#a sleeper is told to stop"});
  CHECK(alice("stop other") == Strings{"#a other is stopped already"});
}

TEST_CASE_FIXTURE(Admins, "nobody can name anything but a configured program") {
  for (const auto* name : {"/bin/sh", "sleeper; reboot", "", "sleep 1000", "SLEEPER"})
    CHECK(alice("start " + std::string(name)) ==
          Strings{"#a no program is called \"" + std::string(name) + "\"; see list"});
}

TEST_CASE_FIXTURE(Admins, "others are refused: another account, a nick that looks like one") {
  using Message = in::DirectedPrivmsg;
  const auto refused = [&](Message message) {
    message.message = "list";
    const auto answers = orders(message);
    return answers.size() == 1 && answers[0].ends_with("you are no admin here");
  };
  CHECK(refused(Message{.sender = "mallory", .services_account = "mallory"}));
  CHECK(refused(Message{.sender = "alice"}));
  CHECK(refused(Message{.sender = "al", .network = "libera", .services_account = "alice"}));
  CHECK(refused(Message{.sender = "alice", .network = "local"}));
  CHECK(refused(Message{.sender = "bo", .network = "local"}));
  CHECK(refused(Message{.sender = "bobby", .network = "local"}));
  CHECK(refused(Message{.sender = "bob", .network = "libera"}));
  CHECK(refused(Message{.sender = "bob", .network = "local", .services_account = "mallory"}));
  CHECK_FALSE(refused(Message{.sender = "bob", .network = "local"}));
}

TEST_CASE_FIXTURE(Admins, "what is no order is not answered") {
  for (const auto* text : {"hello", "listen"}) {
    irc->publish(in::DirectedPrivmsg{.sender = "al",
                                     .channel = "#a",
                                     .message = text,
                                     .network = "local",
                                     .services_account = "alice"});
    CHECK(take_said().empty());
  }
}

TEST_CASE_FIXTURE(Stage, "an admin service without admins, programs or commands is refused") {
  CHECK(refusal("admin", R"({"programs": {}})").find("at least one admin") != std::string::npos);
  CHECK(refusal("admin", R"({"accounts": {"n": ["a"]}})").find("at least one program") !=
        std::string::npos);
  CHECK(refusal("admin", R"({"accounts": {"n": ["a"]}, "programs": {"x": {}}})")
            .find("programs.x.command") != std::string::npos);
}

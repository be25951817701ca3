#include <filesystem>
#include <fstream>
#include <iterator>

#include <tubes/clients/services/log_lines.hpp>
#include <tubes/tests/support/temp_folder.hpp>

#include "fixture.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::trunc) << text;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The only file below a folder.
std::filesystem::path the_file_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
    if (each.is_regular_file()) files.push_back(each.path());
  REQUIRE(files.size() == 1);
  return files[0];
}

struct Folder : Stage {
  TempFolder folder;
  std::string path(const char* name) const { return (folder.path() / name).string(); }
};

}  // namespace

TEST_CASE_FIXTURE(Stage, "tickets are answered with links, each once in a while") {
  start("ticket", R"({"url": "https://t.example.org/{ticket}", "projects": ["AB", "C3"]})");
  says("alice", "AB-12 and (C3-4), AB-12 again; not ab-1, AB-0, XY-1 or AB-1x");
  CHECK(take_said() == Strings{"#a https://t.example.org/AB-12 https://t.example.org/C3-4"});
  irc->publish(in::Privmsg{.sender = "robot", .channel = "#a", .message = "AB-13", .bot = true});
  CHECK(take_said().empty());
  says("bob", "AB-12? or AB-13?");
  CHECK(take_said() == Strings{"#a https://t.example.org/AB-13"});
  CHECK(refusal("ticket", R"({"url": "https://t.example.org"})").find("{ticket}") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(Folder, "the first pattern that fits is answered with its canned reply") {
  write(path("replies.json"), R"({"replies": [
      {"pattern": "(?i)^!beer( for (\\w+))?$", "answer": "{sender} hands a beer to \\2."},
      {"pattern": "beer", "answer": "cheers"}  // comments may stand here
  ]})");
  start("reply", R"({"file": ")" + path("replies.json") + R"("})");
  says("alice", "!BEER for bob");
  says("alice", "more beer");
  says("alice", "wine");
  CHECK(take_said() == Strings{"#a alice hands a beer to bob.", "#a cheers"});
}

TEST_CASE_FIXTURE(Folder, "a file of replies is read again when it changed, if it can be") {
  using namespace std::filesystem;
  const auto file = path("replies.json");
  write(file, R"({"replies": [{"pattern": "hi", "answer": "one"}]})");
  start("reply", R"({"file": ")" + file + R"("})");
  says("alice", "hi");
  write(file, R"({"replies": [{"pattern": "(", "answer": "two"}]})");
  last_write_time(file, last_write_time(file) + std::chrono::seconds{1});
  says("alice", "hi");
  REQUIRE(logged.size() == 1);
  CHECK(logged[0].find("replies.0.pattern: no regular expression") != std::string::npos);
  write(file, R"({"replies": [{"pattern": "hi", "answer": "three"}]})");
  last_write_time(file, last_write_time(file) + std::chrono::seconds{2});
  says("alice", "hi");
  CHECK(take_said() == Strings{"#a one", "#a one", "#a three"});
}

TEST_CASE_FIXTURE(Folder, "an answer with a group that the pattern has not is refused") {
  write(path("replies.json"), R"({"replies": [{"pattern": "hi", "answer": "\\1"}]})");
  CHECK(
      refusal("reply", R"({"file": ")" + path("replies.json") + R"("})").find("replies.0.answer") !=
      std::string::npos);
}

TEST_CASE_FIXTURE(Folder, "a log has a file for each channel and day") {
  start("log", R"({"directory": ")" + path("logs") + R"("})");
  irc->publish(in::Privmsg{
      .sender = "alice", .channel = "#A/../b", .message = "hello\x1b[2J", .network = "libera"});
  irc->publish(
      in::Action{.sender = "bob", .channel = "#a/../B", .message = "waves", .network = "libera"});
  irc->say("#a/../b", "hello alice", "libera");
  const auto file = the_file_in(path("logs"));
  CHECK(file.parent_path() == folder.path() / "logs/libera/#a%2F%2E%2E%2Fb");
  const auto text = read(file);
  CHECK(text.find("] <alice> hello [2J\n[") == 9);
  CHECK(text.find("] * bob waves\n") != std::string::npos);
  CHECK(text.find("] << hello alice\n") != std::string::npos);
}

TEST_CASE_FIXTURE(Folder, "a log may be JSON lines, with the messages as they are") {
  start("log", R"({"directory": ")" + path("logs") + R"(", "format": "json"})");
  irc->publish(in::Quit{.sender = "alice", .message = "bye"});
  const auto line = nlohmann::json::parse(read(the_file_in(path("logs"))));
  CHECK(line.at("topic") == "in");
  CHECK(line.at("message").at("type") == "quit");
  CHECK(line.at("message").at("data").at("message") == "bye");
  CHECK(line.at("time").get<std::string>().ends_with('Z'));
}

TEST_CASE_FIXTURE(Folder, "what cannot be written is told to the log, and no end") {
  start("log", R"({"directory": ")" + path("logs") + R"("})");
  std::filesystem::remove_all(path("logs"));
  write(path("logs"), "a file where the folder was");
  says("alice", "hello");
  CHECK(logged.size() == 1);
}

TEST_CASE_FIXTURE(Folder, "a log that could not be written is refused at the start") {
  write(path("logs"), "a file where a folder should be");
  CHECK(refusal("log", R"({"directory": ")" + path("logs") + R"("})")
            .find("log.directory: nothing can be written there") != std::string::npos);
}

TEST_CASE("each event of a channel has its line") {
  using services::log_line;
  CHECK(log_line(in::Notice{.sender = "n", .channel = "#a", .message = "m"}).text == "-n- m");
  CHECK(log_line(in::Join{.sender = "n", .channel = "#a"}).text == "--> n");
  CHECK(log_line(in::Part{.sender = "n", .channel = "#a", .message = "m"}).text == "<-- n (m)");
  CHECK(log_line(in::Kick{.sender = "n", .channel = "#a", .nick = "k"}).text ==
        "<-- k kicked by n");
  CHECK(log_line(in::Mode{.sender = "n", .channel = "#a", .mode = "+o", .arguments = {"k"}}).text ==
        "--- n set +o k");
  CHECK(log_line(in::Topic{.sender = "n", .channel = "#a", .topic = "t"}).channel == "#a");
  CHECK(log_line(in::Nick{.sender = "n", .nick = "k"}).channel.empty());
  CHECK(log_line(in::Names{.channel = "#a"}).text.empty());
}

TEST_CASE("what IRCv3 tells of others has its line in the network's log, and lag has none") {
  using services::log_line;
  CHECK(log_line(in::Account{.sender = "n", .services_account = "a"}).text ==
        "--- n is logged in as a");
  CHECK(log_line(in::Account{.sender = "n"}).text == "--- n is logged out");
  CHECK(log_line(in::Away{.sender = "n", .message = "m"}).text == "--- n is away: m");
  CHECK(log_line(in::Away{.sender = "n"}).text == "--- n is back");
  CHECK(log_line(in::Setname{.sender = "n", .realname = "r"}).text == "--- n has the real name r");
  CHECK(log_line(in::Chghost{.sender = "n", .user = "u", .host = "h"}).text == "--- n is now u@h");
  CHECK(log_line(in::Netsplit{.servers = {"a", "b"}, .nicks = {"n", "k"}}).text ==
        "--- netsplit of a and b: 2 gone");
  CHECK(log_line(in::Netjoin{.servers = {"a", "b"}, .nicks = {"n"}, .network = "l"}).text ==
        "--- netsplit of a and b over: 1 back");
  CHECK(log_line(in::Away{.sender = "n", .network = "l"}).network == "l");
  CHECK(log_line(in::Lag{.milliseconds = 84}).text.empty());
}

TEST_CASE("what the bot was told to say is not logged again when it is heard") {
  using services::log_line;
  CHECK(log_line(in::Privmsg{.sender = "n", .channel = "#a", .self = true}).text.empty());
  CHECK(log_line(in::Action{.sender = "n", .channel = "#a", .self = true}).text.empty());
  CHECK(log_line(in::Notice{.sender = "n", .channel = "#a", .self = true}).text.empty());
  CHECK(log_line(out::Privmsg{.to = "#a", .message = "m"}).text == "<< m");
}

TEST_CASE_FIXTURE(Folder, "no canned reply answers what the bot itself said") {
  write(path("replies.json"), R"({"replies": [{"pattern": "hi", "answer": "hello"}]})");
  start("reply", R"({"file": ")" + path("replies.json") + R"("})");
  irc->publish(in::Privmsg{.sender = "me", .channel = "#a", .message = "hi", .self = true});
  CHECK(take_said().empty());
  says("bob", "hi");
  CHECK(take_said() == Strings{"#a hello"});
}

TEST_CASE_FIXTURE(Stage, "no link answers a ticket that the bot itself named") {
  start("ticket", R"({"url": "https://t.example.org/{ticket}"})");
  irc->publish(in::Privmsg{.sender = "me", .channel = "#a", .message = "AB-1", .self = true});
  CHECK(take_said().empty());
  says("bob", "AB-1");
  CHECK(take_said() == Strings{"#a https://t.example.org/AB-1"});
}

TEST_CASE_FIXTURE(Stage, "what the bot itself said is addressed to nobody") {
  start("semantics", "{}");
  int directed = 0;
  irc->on<in::DirectedPrivmsg>([&](const in::DirectedPrivmsg&) { ++directed; });
  irc->publish(in::Connected{.nick = "me"});
  in::Privmsg own{.sender = "me", .channel = "#a", .message = "me: hi", .self = true};
  irc->publish(own);
  CHECK(directed == 0);
  own.self = false;
  irc->publish(own);
  CHECK(directed == 1);
}

TEST_CASE_FIXTURE(Stage, "what is addressed to the bot is told as directed_privmsg, too") {
  std::vector<in::DirectedPrivmsg> directed;
  irc->on<in::DirectedPrivmsg>([&](const in::DirectedPrivmsg& m) { directed.push_back(m); });
  start("semantics", "{}");
  says("alice", "!before the nick is known");
  bus->put("nick", "zen");
  says("alice", "ZEN: hello");
  says("alice", "hello zen");
  says("alice", ":");
  irc->publish(in::Privmsg{.sender = "bob",
                           .channel = "bob",
                           .message = "psst",
                           .services_account = "bob1",
                           .time = "2012-04-01T10:00:00.000Z",
                           .msgid = "63E1"});
  irc->publish(in::Connected{.nick = "zap", .network = "other"});
  irc->publish(in::Nick{.sender = "zap", .nick = "zip", .network = "other"});
  for (const auto* text : {"zen: no", "zap: no", "zip: yes"})
    irc->publish(in::Privmsg{.sender = "a", .channel = "#a", .message = text, .network = "other"});
  REQUIRE(directed.size() == 4);
  CHECK(directed[3].message == "yes");
  CHECK(directed[0].message == "before the nick is known");
  CHECK(directed[1].message == "hello");
  CHECK(directed[1].raw_message == "ZEN: hello");
  CHECK(directed[2].channel == "bob");
  CHECK(directed[2].services_account == "bob1");
  CHECK(directed[2].time == "2012-04-01T10:00:00.000Z");
  CHECK(directed[2].msgid == "63E1");
}

TEST_CASE_FIXTURE(Stage, "an unknown service and unknown options are refused, with what is known") {
  CHECK_THROWS_WITH_AS(start("relpy", "{}"),
                       "no service is called \"relpy\"; there is admin, github, log, release, "
                       "reply, semantics, ticket, webhooks",
                       Error);
  CHECK(refusal("release", R"({"chanels": []})").find("unknown key; known here are channels") !=
        std::string::npos);
}

#include <algorithm>
#include <array>
#include <string_view>

#include <tubes/clients/services/github_events.hpp>

namespace tubes::services {
namespace {

using Body = nlohmann::json;
using Lines = std::vector<std::string>;

constexpr std::size_t most_commits = 3;

std::string text(const Body& object, const char* key) {
  return object.at(key).get<std::string>();
}

/// What may be null, too.
std::string text_or(const Body& object, const char* key, const char* otherwise) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : otherwise;
}

bool is_set(const Body& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && *value == true;
}

std::string first_line(const std::string& message) {
  return message.substr(0, message.find_first_of("\r\n"));
}

/// "owner/name: alice"
std::string who(const Body& body) {
  return text(body.at("repository"), "full_name") + ": " + text(body.at("sender"), "login");
}

bool is_any_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

/// A branch or tag as it is called, of "refs/heads/main".
std::string short_name(const std::string& ref) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"})
    if (ref.starts_with(prefix)) return ref.substr(prefix.size());
  return ref;
}

Lines push(const Body& body) {
  const auto ref = short_name(text(body, "ref"));
  if (is_set(body, "deleted")) return {who(body) + " deleted " + ref};
  const auto& commits = body.at("commits");
  if (commits.empty() && is_set(body, "created")) return {who(body) + " created " + ref};
  Lines lines{who(body) + " pushed " + std::to_string(commits.size()) +
              (commits.size() == 1 ? " commit to " : " commits to ") + ref +
              (is_set(body, "forced") ? ", by force" : "") + ": " + text(body, "compare")};
  for (const auto& commit : commits) {
    if (lines.size() > most_commits) break;
    lines.push_back(text(commit, "id").substr(0, 7) + " " + first_line(text(commit, "message")) +
                    " (" + text(commit.at("author"), "name") + ")");
  }
  return lines;
}

Lines pull_request(const Body& body) {
  auto action = text(body, "action");
  const auto& request = body.at("pull_request");
  if (!is_any_of(action, {"opened", "closed", "reopened", "ready_for_review"})) return {};
  if (action == "closed" && is_set(request, "merged")) action = "merged";
  if (action == "ready_for_review") action = "wants a review of";
  return {who(body) + " " + action + " pull request #" +
          std::to_string(request.at("number").get<long>()) + " " + text(request, "title") + ": " +
          text(request, "html_url")};
}

Lines issue(const Body& body) {
  const auto action = text(body, "action");
  const auto& issue = body.at("issue");
  if (body.contains("comment") || !is_any_of(action, {"opened", "closed", "reopened"})) return {};
  return {who(body) + " " + action + " issue #" + std::to_string(issue.at("number").get<long>()) +
          " " + text(issue, "title") + ": " + text(issue, "html_url")};
}

Lines release(const Body& body) {
  if (text(body, "action") != "published") return {};
  const auto& release = body.at("release");
  return {who(body) + " released " + text(release, "tag_name") + ": " + text(release, "html_url")};
}

Lines workflow_run(const Body& body) {
  if (text(body, "action") != "completed") return {};
  const auto& run = body.at("workflow_run");
  const auto& workflow = body.at("workflow");  // null, if its file is there no more
  return {text(body.at("repository"), "full_name") + ": workflow " +
          text(workflow.is_null() ? run : workflow, "name") + " on " +
          text_or(run, "head_branch", "no branch") + ": " +
          text_or(run, "conclusion", "no conclusion") + ": " + text(run, "html_url")};
}

struct Event {
  const char* key;  ///< what only this event's body has
  Lines (*lines)(const Body&);
};

constexpr std::array<Event, 5> events{{{"pull_request", pull_request},
                                       {"issue", issue},
                                       {"release", release},
                                       {"workflow_run", workflow_run},
                                       {"commits", push}}};

}  // namespace

Lines github_lines(const Body& body) {
  for (const auto& [key, lines] : events)
    if (body.contains(key)) return lines(body);
  return {};
}

}  // namespace tubes::services

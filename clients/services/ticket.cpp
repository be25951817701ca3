#include <chrono>
#include <map>
#include <set>
#include <utility>

#include <re2/re2.h>

#include <tubes/bus/clock.hpp>
#include <tubes/clients/services/service.hpp>

namespace tubes::services {
namespace {

constexpr std::size_t most_links = 3;                    // for one message
constexpr Clock::Time quiet = std::chrono::seconds{60};  // a link is not said again so soon
constexpr std::string_view placeholder = "{ticket}";

/// Answers the name of a ticket, AB-123, with a link to it.
class Ticket final : public Service {
 public:
  explicit Ticket(const Setting& setting)
      : irc_(setting.irc), url_(setting.options.required_string("url")) {
    if (url_.find(placeholder) == url_.npos)
      setting.options.at("url").refuse(
          "expected an URL with {ticket} in it, such as "
          "https://tracker.example.org/browse/{ticket}");
    for (auto& project : setting.options.strings("projects")) projects_.insert(std::move(project));
    irc_.on<in::Privmsg>([this](const in::Privmsg& said) { answer(said); });
  }

 private:
  void answer(const in::Privmsg& said) {
    std::string links, name, project;
    std::set<std::string> names;
    for (re2::StringPiece rest(said.message);
         names.size() < most_links && re2::RE2::FindAndConsume(&rest, pattern_, &name, &project);) {
      if (!projects_.empty() && !projects_.contains(project)) continue;
      if (was_said(said, name) || !names.insert(name).second) continue;
      links.append(links.empty() ? "" : " ").append(link(name));
    }
    if (links.empty() || !irc_.reply(said, links)) return;
    for (const auto& each : names) said_.emplace(place(said) + each, Clock::system().now());
  }

  bool was_said(const in::Privmsg& said, const std::string& ticket) {
    const auto now = Clock::system().now();
    std::erase_if(said_, [&](const auto& each) { return now - each.second >= quiet; });
    return said_.contains(place(said) + ticket);
  }

  static std::string place(const in::Privmsg& said) {
    return said.network + " " + said.channel + " ";
  }

  std::string link(const std::string& ticket) const {
    auto text = url_;
    return text.replace(text.find(placeholder), placeholder.size(), ticket);
  }

  Client& irc_;
  const std::string url_;
  std::set<std::string> projects_;  ///< empty: all
  const re2::RE2 pattern_{R"(\b(([A-Z][A-Z0-9_]{1,15})-[1-9][0-9]{0,8})\b)"};
  std::map<std::string, Clock::Time> said_;
};

}  // namespace

std::unique_ptr<Service> make_ticket(const Setting& setting) {
  return std::make_unique<Ticket>(setting);
}

}  // namespace tubes::services

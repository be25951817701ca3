#include <tubes/clients/services/announcer.hpp>
#include <tubes/clients/services/github_events.hpp>
#include <tubes/clients/services/hook_body.hpp>

namespace tubes::services {
namespace {

/// Tells what happens in repositories that post their events to the hook `github`.
class Github final : public Service {
 public:
  explicit Github(const Setting& setting) : announcer_(setting), log_(setting.log) {
    setting.irc.on<WebIn>([this](const WebIn& hook) {
      if (hook.app == "github") tell(hook);
    });
  }

 private:
  void tell(const WebIn& hook) {
    std::vector<std::string> lines;
    try {
      lines = github_lines(hook_body(hook));
    } catch (const nlohmann::json::exception& error) {
      return log_(std::string("github: a hook was passed over: ") + error.what());
    }
    for (const auto& line : lines) announcer_.say(line);
  }

  Announcer announcer_;
  const std::function<void(const std::string&)> log_;
};

}  // namespace

std::unique_ptr<Service> make_github(const Setting& setting) {
  return std::make_unique<Github>(setting);
}

}  // namespace tubes::services

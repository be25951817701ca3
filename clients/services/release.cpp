#include <utility>

#include <tubes/clients/services/announcer.hpp>
#include <tubes/clients/services/hook_body.hpp>

namespace tubes::services {
namespace {

/// Tells of releases, which a deploy posts to the hook `release`: branch, status and hostname.
class Release final : public Service {
 public:
  explicit Release(const Setting& setting) : announcer_(setting), log_(setting.log) {
    setting.irc.on<WebIn>([this](const WebIn& hook) {
      if (hook.app == "release") tell(hook);
    });
  }

 private:
  void tell(const WebIn& hook) {
    std::string text;
    try {
      const auto body = hook_body(hook);
      text = "release of " + body.at("branch").get<std::string>() + " " +
             body.at("status").get<std::string>() + " on " + body.at("hostname").get<std::string>();
    } catch (const nlohmann::json::exception& error) {
      return log_(std::string("release: a hook was passed over; it wants branch, status and "
                              "hostname: ") +
                  error.what());
    }
    announcer_.say(text);
  }

  Announcer announcer_;
  const std::function<void(const std::string&)> log_;
};

}  // namespace

std::unique_ptr<Service> make_release(const Setting& setting) {
  return std::make_unique<Release>(setting);
}

}  // namespace tubes::services

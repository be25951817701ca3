#include <map>
#include <stdexcept>

#include <tubes/clients/services/form.hpp>
#include <tubes/clients/services/hook.hpp>
#include <tubes/clients/services/post_server.hpp>
#include <tubes/clients/services/service.hpp>

namespace tubes::services {
namespace {

/// Publishes on web_in what is posted to http://…/NAME, for each NAME of "hooks".
class Webhooks final : public Service {
 public:
  explicit Webhooks(const Setting& setting)
      : irc_(setting.irc),
        log_(setting.log),
        server_(
            setting.options, [this](const Posted& posted) { return take(posted); },
            [this](const std::string& text) { log_("webhooks: " + text); }) {
    for (auto& [name, hook] : setting.options.objects("hooks")) hooks_.emplace(name, Hook(hook));
    if (hooks_.empty()) setting.options.missing("hooks", "at least one hook");
    log_("webhooks: listening at " + server_.start());
  }

 private:
  Told take(const Posted& posted) {
    auto told = try_take(posted);
    if (told.status != Status::accepted)
      log_("webhooks: a post to " + posted.name + " was refused: " + told.why);
    return told;
  }

  Told try_take(const Posted& posted) {
    const auto hook = hooks_.find(posted.name);
    if (hook == hooks_.end()) return {Status::missing, "there is no such hook"};
    if (!hook->second.lets_in(posted.body, posted.signature, posted.authorization))
      return {Status::denied, "the secret or signature is not the hook's"};
    return pass_on(posted);
  }

  Told pass_on(const Posted& posted) try {
    auto body = posted_json(posted.type, posted.body);
    if (body.empty())
      return {Status::media, "expected JSON or a form, found \"" + posted.type + "\""};
    irc_.publish(WebIn{posted.name, std::move(body)});
    return {Status::accepted, "accepted"};
  } catch (const std::invalid_argument& error) {
    return {Status::bad, error.what()};
  } catch (const Error& error) {
    const bool large = error.code() == ErrorCode::payload_too_large;
    return {large ? Status::large : Status::unavailable, error.what()};
  }

  Client& irc_;
  const std::function<void(const std::string&)> log_;
  std::map<std::string, Hook> hooks_;
  PostServer server_;  // last: it ends before what it takes posts for
};

}  // namespace

std::unique_ptr<Service> make_webhooks(const Setting& setting) {
  return std::make_unique<Webhooks>(setting);
}

}  // namespace tubes::services

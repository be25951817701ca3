#include <map>
#include <thread>

#include <httplib.h>

#include <tubes/clients/services/form.hpp>
#include <tubes/clients/services/hook.hpp>
#include <tubes/clients/services/listen_address.hpp>
#include <tubes/clients/services/service.hpp>

namespace tubes::services {
namespace {

constexpr std::size_t usual_limit = 1'000'000;  // bytes; a payload of the bus has a little more
constexpr time_t patience = 10;                 // seconds for a request to come

enum Status {
  accepted = 202,
  bad = 400,
  denied = 401,
  missing = 404,
  large = 413,
  media = 415,
  unavailable = 503
};

/// What a hook got as JSON text, from JSON or from a form; "" for another type of content. Throws
/// nlohmann::json::exception.
std::string body_as_json(const std::string& type, const std::string& body) {
  if (type.starts_with("application/json")) return nlohmann::ordered_json::parse(body).dump();
  if (type.starts_with("application/x-www-form-urlencoded")) return form_fields(body).dump();
  return {};
}

/// Publishes on web_in what is posted to http://…/NAME, for each NAME of "hooks".
class Webhooks final : public Service {
 public:
  explicit Webhooks(const Setting& setting)
      : irc_(setting.irc),
        log_(setting.log),
        limit_(
            static_cast<std::size_t>(setting.options.positive("max_bytes").value_or(usual_limit))),
        address_(setting.options),
        server_(address_.server()) {
    for (auto& [name, hook] : setting.options.objects("hooks")) hooks_.emplace(name, Hook(hook));
    if (hooks_.empty()) setting.options.missing("hooks", "at least one hook");
    server_->set_read_timeout(patience);
    server_->set_write_timeout(patience);
    server_->Post(R"(/([A-Za-z0-9_.-]{1,64}))",
                  [this](const httplib::Request& request, httplib::Response& response,
                         const httplib::ContentReader& read) { take(request, response, read); });
    log_("webhooks: listening at " + address_.bind(*server_));
    thread_ = std::thread([this] { server_->listen_after_bind(); });
  }

  ~Webhooks() override {
    while (!server_->is_running()) std::this_thread::yield();  // or stop() would do nothing
    server_->stop();
    thread_.join();
  }

 private:
  void take(const httplib::Request& request, httplib::Response& response,
            const httplib::ContentReader& read) {
    const std::string name = request.matches[1];
    const auto [status, text] = answer(name, request, read);
    if (status != accepted) log_("webhooks: a post to " + name + " was refused: " + text);
    response.status = status;
    response.set_content(text + "\n", "text/plain");
  }

  std::pair<int, std::string> answer(const std::string& name, const httplib::Request& request,
                                     const httplib::ContentReader& read) {
    std::string body;
    const bool whole = read([&](const char* data, std::size_t size) {
      body.append(data, size);
      return body.size() <= limit_;
    });
    if (body.size() > limit_)
      return {large, "the body is over " + std::to_string(limit_) + " bytes"};
    if (!whole) return {bad, "the body did not come whole"};
    const auto hook = hooks_.find(name);
    if (hook == hooks_.end()) return {missing, "there is no such hook"};
    if (!hook->second.lets_in(body, request.get_header_value("X-Hub-Signature-256"),
                              request.get_header_value("Authorization")))
      return {denied, "the secret or signature is not the hook's"};
    return pass_on(name, request.get_header_value("Content-Type"), body);
  }

  std::pair<int, std::string> pass_on(const std::string& name, const std::string& type,
                                      const std::string& body) try {
    auto json = body_as_json(type, body);
    if (json.empty()) return {media, "expected JSON or a form, found \"" + type + "\""};
    irc_.publish(WebIn{name, std::move(json)});
    return {accepted, "accepted"};
  } catch (const nlohmann::json::exception& error) {
    return {bad, error.what()};
  } catch (const Error& error) {
    return {error.code() == ErrorCode::payload_too_large ? large : unavailable, error.what()};
  }

  Client& irc_;
  const std::function<void(const std::string&)> log_;
  const std::size_t limit_;
  const ListenAddress address_;
  const std::unique_ptr<httplib::Server> server_;
  std::map<std::string, Hook> hooks_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Service> make_webhooks(const Setting& setting) {
  return std::make_unique<Webhooks>(setting);
}

}  // namespace tubes::services

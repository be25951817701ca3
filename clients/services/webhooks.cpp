#include <atomic>
#include <chrono>
#include <map>
#include <stdexcept>
#include <thread>

#include <httplib.h>

#include <tubes/clients/services/form.hpp>
#include <tubes/clients/services/hook.hpp>
#include <tubes/clients/services/listen_address.hpp>
#include <tubes/clients/services/service.hpp>
#include <tubes/proto/json/walker.hpp>
#include <tubes/proto/text/utf8.hpp>

namespace tubes::services {
namespace {

constexpr std::size_t usual_limit = 1'000'000;  // bytes; a payload of the bus has a little more
constexpr time_t patience = 10;                 // seconds to wait for more of a request
constexpr std::chrono::seconds longest{30};     // for all of a body

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
/// std::invalid_argument.
std::string body_as_json(const std::string& type, const std::string& body) {
  if (type.starts_with("application/x-www-form-urlencoded")) return form_fields(body).dump();
  if (!type.starts_with("application/json")) return {};
  if (!utf8::is_valid(body) || !json::single_value(body, json::max_depth - 1))
    throw std::invalid_argument("this is not JSON, or nested too deep");
  return body;
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
    // What is left of a body that was refused is nobody's next request.
    server_->set_keep_alive_max_count(1);
    server_->Post(R"(/([A-Za-z0-9_.-]{1,64}))",
                  [this](const httplib::Request& request, httplib::Response& response,
                         const httplib::ContentReader& read) { take(request, response, read); });
    log_("webhooks: listening at " + address_.bind(*server_));
    thread_ = std::thread([this] { listen(); });
  }

  ~Webhooks() override {
    while (!server_->is_running() && !ended_) std::this_thread::yield();  // or stop() does nothing
    ending_ = true;
    server_->stop();
    thread_.join();
  }

 private:
  void listen() {
    server_->listen_after_bind();
    ended_ = true;
    if (!ending_) log_("webhooks: nobody listens any more: the system refused new connections");
  }

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
    const auto end = std::chrono::steady_clock::now() + longest;
    const bool whole = read([&](const char* data, std::size_t size) {
      body.append(data, size);
      return body.size() <= limit_ && std::chrono::steady_clock::now() < end;
    });
    if (body.size() > limit_)
      return {large, "the body is over " + std::to_string(limit_) + " bytes"};
    if (!whole) return {bad, "the body did not come whole, or not in time"};
    const auto hook = hooks_.find(name);
    if (hook == hooks_.end()) return {missing, "there is no such hook"};
    if (!hook->second.lets_in(body, request.get_header_value("X-Hub-Signature-256"),
                              request.get_header_value("Authorization")))
      return {denied, "the secret or signature is not the hook's"};
    return pass_on(name, request.get_header_value("Content-Type"), body);
  }

  std::pair<int, std::string> pass_on(const std::string& name, const std::string& type,
                                      const std::string& body) try {
    auto text = body_as_json(type, body);
    if (text.empty()) return {media, "expected JSON or a form, found \"" + type + "\""};
    irc_.publish(WebIn{name, std::move(text)});
    return {accepted, "accepted"};
  } catch (const std::invalid_argument& error) {
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
  std::atomic<bool> ending_ = false, ended_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Service> make_webhooks(const Setting& setting) {
  return std::make_unique<Webhooks>(setting);
}

}  // namespace tubes::services

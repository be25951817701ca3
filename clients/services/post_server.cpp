#include <chrono>
#include <utility>

#include <httplib.h>

#include <tubes/clients/services/post_server.hpp>

namespace tubes::services {
namespace {

using httplib::Request;
using httplib::Response;

constexpr long usual_limit = 1'000'000;      // bytes; a payload of the bus has a little more
constexpr time_t patience = 10;              // seconds to wait for more of a request
constexpr std::chrono::seconds longest{30};  // for all of a body

void answer(Response& response, const Told& told) {
  response.status = static_cast<int>(told.status);
  response.set_content(told.why + "\n", "text/plain");
}

httplib::Server::HandlerResponse let_posts_in(const Request& request, Response& response) {
  if (request.method == "POST") return httplib::Server::HandlerResponse::Unhandled;
  response.set_header("Allow", "POST");
  answer(response, {Status::only_post, "post to it, as POST /NAME"});
  return httplib::Server::HandlerResponse::Handled;
}

Posted posted(const Request& request, std::string body) {
  return {request.matches[1], request.get_header_value("Content-Type"),
          request.get_header_value("X-Hub-Signature-256"),
          request.get_header_value("Authorization"), std::move(body)};
}

Told take_whole(const Request& request, const httplib::ContentReader& read, std::size_t limit,
                const PostServer::Take& take) {
  std::string body;
  const auto end = std::chrono::steady_clock::now() + longest;
  const bool whole = read([&](const char* data, std::size_t size) {
    body.append(data, size);
    return body.size() <= limit && std::chrono::steady_clock::now() < end;
  });
  if (body.size() > limit)
    return {Status::large, "the body is over " + std::to_string(limit) + " bytes"};
  if (!whole) return {Status::bad, "the body did not come whole, or not in time"};
  return take(posted(request, std::move(body)));
}

}  // namespace

PostServer::PostServer(config::StrictObject& options, Take take, Log log)
    : take_(std::move(take)),
      log_(std::move(log)),
      limit_(static_cast<std::size_t>(options.positive("max_bytes").value_or(usual_limit))),
      address_(options),
      server_(address_.server()) {
  server_->set_read_timeout(patience);
  server_->set_write_timeout(patience);
  // What is left of a body that was refused is nobody's next request.
  server_->set_keep_alive_max_count(1);
  server_->set_pre_routing_handler(let_posts_in);
  server_->Post(R"(/([A-Za-z0-9_.-]{1,64}))", [this](const Request& request, Response& response,
                                                     const httplib::ContentReader& read) {
    answer(response, take_whole(request, read, limit_, take_));
  });
}

PostServer::~PostServer() {
  if (!thread_.joinable()) return;
  while (!server_->is_running() && !ended_) std::this_thread::yield();  // or stop() does nothing
  ending_ = true;
  server_->stop();
  thread_.join();
}

std::string PostServer::start() {
  auto address = address_.bind(*server_);
  thread_ = std::thread([this] { listen(); });
  return address;
}

void PostServer::listen() {
  server_->listen_after_bind();
  ended_ = true;
  if (!ending_) log_("nobody listens any more: the system refused new connections");
}

}  // namespace tubes::services

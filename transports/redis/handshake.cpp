#include <tubes/transports/redis/handshake.hpp>
#include <tubes/transports/redis/refusal.hpp>

namespace tubes::redis {

void Handshake::begin(const Settings& settings, std::string& out) {
  if (!settings.user.empty()) {
    append_command(out, {"AUTH", settings.user, settings.password});
    steps_.push_back(Step::auth);
  } else if (!settings.password.empty()) {
    append_command(out, {"AUTH", settings.password});
    steps_.push_back(Step::auth);
  }
  if (settings.db != 0) {
    append_command(out, {"SELECT", std::to_string(settings.db)});
    steps_.push_back(Step::select);
  }
  append_command(out, {"PING"});
  steps_.push_back(Step::ping);
  append_command(out, {"CLIENT", "SETNAME", "tubes"});
  steps_.push_back(Step::name);
}

void Handshake::take(const Reply& reply, const Settings& settings) {
  const Step step = steps_[answered_++];
  if (step == Step::ping && reply.value.kind != Value::Kind::error && reply.value.text != "PONG")
    throw Error(ErrorCode::refused,
                settings.address() + " answers PING with no PONG: is it redis?");
  if (reply.value.kind != Value::Kind::error || step == Step::name) return;
  throw refusal(settings.address(), tried(step, settings), reply.value.text);
}

std::string Handshake::tried(Step step, const Settings& settings) {
  if (step == Step::auth) return "the login";
  if (step == Step::select) return "database " + std::to_string(settings.db);
  return "the connection";
}

}  // namespace tubes::redis

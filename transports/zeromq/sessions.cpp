#include <utility>

#include <tubes/transports/zeromq/sessions.hpp>

namespace tubes::zeromq {

bool Sessions::open(std::string_view id) {
  forget(id);
  if (sessions_.size() >= most_) return false;
  const auto entry = sessions_.try_emplace(std::string(id)).first;
  entry->second.id = entry->first;
  return true;
}

Sessions::Session* Sessions::find(std::string_view id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

void Sessions::count(Session& session) {
  ++session.published;
  session.idle = false;
  if (!std::exchange(session.due, true)) due_.push_back(&session);
}

void Sessions::forget(std::string_view id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  std::erase(due_, &found->second);
  sessions_.erase(found);
}

void Sessions::acknowledge(const Tell& tell) {
  for (Session* session : std::exchange(due_, {})) {
    session->due = false;
    if (session->answered == session->published) continue;
    session->answered = session->published;
    if (!tell(session->id, session->published)) forget(session->id);
  }
}

void Sessions::look_for_gone(const Tell& tell) {
  for (auto entry = sessions_.begin(); entry != sessions_.end();) {
    auto& session = (entry++)->second;
    const bool gone = session.idle && !tell(session.id, session.answered);
    session.idle = true;
    if (gone) forget(session.id);
  }
}

}  // namespace tubes::zeromq

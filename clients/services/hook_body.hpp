#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include <tubes/proto/message.hpp>

namespace tubes::services {

/// The body of a hook: JSON as it was posted today, or, as forms of 2012 had it, the JSON text in
/// the field `payload`. Throws nlohmann::json::exception, which says what is wrong.
inline nlohmann::json hook_body(const WebIn& hook) {
  auto body = nlohmann::json::parse(hook.body);
  const auto payload = body.is_object() ? body.find("payload") : body.end();
  if (payload == body.end() || !payload->is_string()) return body;
  return nlohmann::json::parse(payload->get_ref<const std::string&>());
}

}  // namespace tubes::services

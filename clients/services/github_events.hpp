#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tubes::services {

/// What the body of a GitHub webhook has to say in a channel, a line each: none for an event, or an
/// action, that nobody wants to read of. The event is known by what the body holds: push, pull
/// request, issue, release, or the end of a workflow run
/// (docs.github.com/webhooks/webhook-events-and-payloads). Throws nlohmann::json::exception for a
/// body that lacks what its event always has.
std::vector<std::string> github_lines(const nlohmann::json& body);

}  // namespace tubes::services

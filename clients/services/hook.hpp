#pragma once

#include <string>
#include <string_view>

#include <tubes/config/strict_object.hpp>

namespace tubes::services {

/// One hook of the configuration: who may post to it.
class Hook {
 public:
  /// Reads "github_secret" or "bearer", each also with _env and _file; one of them, or "open":
  /// true. Throws Error{invalid_config} with the place.
  explicit Hook(config::StrictObject& options);

  /// `signature`: the header X-Hub-Signature-256, the HMAC-SHA256 of the body that GitHub makes
  /// with the secret (docs.github.com, "Validating webhook deliveries"). `authorization`: "Bearer
  /// …" (RFC 6750). How long it takes tells nothing of the secret.
  bool lets_in(std::string_view body, std::string_view signature,
               std::string_view authorization) const;

 private:
  std::string github_secret_, bearer_;
};

/// "sha256=" and the HMAC-SHA256 in hexadecimal.
std::string github_signature(std::string_view secret, std::string_view body);

}  // namespace tubes::services

#include <algorithm>
#include <charconv>
#include <utility>

#include <tubes/bridge/irc/sasl/crypto.hpp>
#include <tubes/bridge/irc/sasl/scram.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/proto/text/base64.hpp>

namespace tubes::irc {
namespace {

constexpr std::string_view gs2_header = "n,,";  // no channel binding, no other authzid
constexpr std::size_t random_bytes = 24;

[[noreturn]] void refuse_scram(const std::string& why) {
  throw Error(ErrorCode::refused, "SCRAM-SHA-256: " + why);
}

void require_text(std::string_view field, const std::string& which) {
  if (field.empty()) refuse_scram("the " + which + " is empty");
  if (!is_utf8(field)) refuse_scram("the " + which + " is not UTF-8");
  const bool control = std::any_of(field.begin(), field.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7F;  // RFC 4013 2.3
  });
  if (control) refuse_scram("the " + which + " holds a control character");
}

/// RFC 5802 5.1, saslname.
std::string escaped_name(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '=') {
      text += "=3D";
    } else if (c == ',') {
      text += "=2C";
    } else {
      text += c;
    }
  }
  return text;
}

/// Takes "x=value" and the comma behind it off a message.
std::string_view take_attribute(std::string_view& message, char name) {
  const auto attribute = message.substr(0, message.find(','));
  if (attribute.size() < 2 || attribute[0] != name || attribute[1] != '=') {
    refuse_scram(std::string{"the server's message lacks "} + name + "=");
  }
  message.remove_prefix(std::min(attribute.size() + 1, message.size()));
  return attribute.substr(2);
}

struct ServerFirst {
  std::string_view nonce;
  std::string salt;
  unsigned iterations = 0;
};

unsigned iterations_in(std::string_view text) {
  unsigned count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) {
    refuse_scram("the server's iteration count is no number that makes sense");
  }
  if (count < SaslScram::least_iterations || count > SaslScram::most_iterations) {
    refuse_scram("the server wants " + std::to_string(count) + " iterations, not from " +
                 std::to_string(SaslScram::least_iterations) + " to " +
                 std::to_string(SaslScram::most_iterations));
  }
  return count;
}

/// RFC 5802 7, server-first-message. It may begin with an extension m= that one must understand:
/// then it lacks r=.
ServerFirst parse_server_first(std::string_view message, std::string_view our_nonce) {
  ServerFirst first;
  first.nonce = take_attribute(message, 'r');
  const auto salt = base64::decode(take_attribute(message, 's'));
  if (!first.nonce.starts_with(our_nonce) || first.nonce.size() == our_nonce.size()) {
    refuse_scram("the server's nonce does not go on from ours: this answer is not for us");
  }
  if (!salt || salt->empty()) refuse_scram("the server's salt is no base64");
  first.salt = *salt;
  first.iterations = iterations_in(take_attribute(message, 'i'));
  return first;
}

std::string exclusive_or(std::string a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

}  // namespace

SaslScram::SaslScram(const SaslCredentials& credentials, std::string nonce)
    : password_(credentials.password), nonce_(std::move(nonce)) {
  require_text(credentials.account, "account");
  require_text(password_, "password");
  client_first_bare_ = "n=" + escaped_name(credentials.account) + ",r=" + nonce_;
}

SaslScram::SaslScram(const SaslCredentials& credentials)
    : SaslScram(credentials, base64::encode(crypto::random(random_bytes))) {}

std::string SaslScram::respond(std::string_view challenge) {
  switch (step_) {
    case Step::start:
      if (!challenge.empty()) refuse_scram("the server speaks first");
      step_ = Step::named;
      return std::string{gs2_header} + client_first_bare_;
    case Step::named: {
      auto proof = client_final(challenge);
      step_ = Step::proved;
      return proof;
    }
    case Step::proved:
      verify(challenge);
      return {};
    default:
      refuse_scram("the server goes on after the end");
  }
}

/// RFC 5802 3 has the formulas, with these names.
std::string SaslScram::client_final(std::string_view server_first) {
  const auto [nonce, salt, iterations] = parse_server_first(server_first, nonce_);
  const auto without_proof = "c=" + base64::encode(gs2_header) + ",r=" + std::string{nonce};
  const auto auth_message =
      client_first_bare_ + "," + std::string{server_first} + "," + without_proof;
  const auto salted_password = crypto::pbkdf2_sha256(password_, salt, iterations);
  const auto client_key = crypto::hmac_sha256(salted_password, "Client Key");
  const auto client_signature = crypto::hmac_sha256(crypto::sha256(client_key), auth_message);
  const auto server_key = crypto::hmac_sha256(salted_password, "Server Key");
  server_signature_ = crypto::hmac_sha256(server_key, auth_message);
  return without_proof + ",p=" + base64::encode(exclusive_or(client_key, client_signature));
}

void SaslScram::verify(std::string_view server_final) {
  if (server_final.starts_with("e=")) {  // it refuses us; its numeric follows
    step_ = Step::refused;
    return;
  }
  const auto signature = base64::decode(take_attribute(server_final, 'v'));
  if (!signature || !crypto::same(*signature, server_signature_)) {
    refuse_scram(
        "the server's signature is wrong: it does not know the password, so it is not who it says");
  }
  step_ = Step::verified;
}

}  // namespace tubes::irc

#include <cstdlib>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/config.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/tests/support/certificate.hpp>
#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::bridge {
namespace {

using Names = std::vector<std::string>;

Config with_login(const std::string& members, const std::string& server = "ircs://h") {
  return parse_config("bridge.json", R"({"bus": "memory://x", "networks": {"net": {"server": [")" +
                                         server + R"("], "nick": "bot", )" + members + "}}}");
}

/// A network's "tls" with a certificate of the bot's own.
struct OwnCertificate {
  test::TempFolder folder;
  test::Certificate::Files files =
      test::Certificate::self_signed("DNS:bot").write(folder.path(), "bot");
  std::string tls =
      R"("tls": {"certificate": ")" + files.certificate + R"(", "key": ")" + files.key + R"("}, )";
};

irc::SaslOptions sasl_of(const std::string& members, const std::string& server = "ircs://h",
                         const std::string& tls = "") {
  const auto config = with_login(tls + R"("sasl": {)" + members + "}", server);
  return config.networks[0].session.sasl.value();
}

std::string login_refusal(const std::string& members, const std::string& server = "ircs://h") {
  try {
    with_login(members, server);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::invalid_config);
    const std::string text = error.what();
    CHECK(text.find("hunter2") == text.npos);
    CHECK(text.find("bridge.json: networks.net.") == 0);
    return text.substr(std::string{"bridge.json: networks.net."}.size());
  }
  return "nothing was refused";
}

std::string sasl_refusal(const std::string& members, const std::string& server = "ircs://h") {
  return login_refusal(R"("sasl": {)" + members + "}", server);
}

constexpr const char* password = R"("password": "hunter2")";

TEST_CASE("SASL with a password tries SCRAM and then PLAIN, for the account of the nick") {
  const auto sasl = sasl_of(password);
  CHECK(sasl.mechanisms == Names{"SCRAM-SHA-256", "PLAIN"});
  CHECK(sasl.credentials.account == "bot");
  CHECK(sasl.credentials.password == "hunter2");
  CHECK(sasl.required);
}

TEST_CASE("every key of SASL is understood") {
  setenv("TUBES_TEST_SASL", "from env", 1);
  const auto sasl = sasl_of(
      R"("mechanisms": ["PLAIN", "EXTERNAL"], "account": "me", "password_env": "TUBES_TEST_SASL",
         "required": false, "insecure": false)",
      "ircs://h", OwnCertificate{}.tls);
  unsetenv("TUBES_TEST_SASL");
  CHECK(sasl.mechanisms == Names{"PLAIN", "EXTERNAL"});
  CHECK(sasl.credentials.account == "me");
  CHECK(sasl.credentials.password == "from env");
  CHECK_FALSE(sasl.required);
}

TEST_CASE("EXTERNAL alone leaves the account to the certificate, unless one is configured") {
  const OwnCertificate own;
  const auto account = [&](const std::string& members) {
    return sasl_of(members, "ircs://h", own.tls).credentials.account;
  };
  CHECK(account(R"("mechanisms": ["EXTERNAL"])").empty());
  CHECK(account(R"("mechanisms": ["EXTERNAL"], "account": "me")") == "me");
}

TEST_CASE("EXTERNAL is tried first where there is a certificate to show, and needs one") {
  const OwnCertificate own;
  CHECK(sasl_of("", "ircs://h", own.tls).mechanisms == Names{"EXTERNAL"});
  CHECK(sasl_of(password, "ircs://h", own.tls).mechanisms ==
        Names{"EXTERNAL", "SCRAM-SHA-256", "PLAIN"});
  const auto* const needs =
      "sasl: EXTERNAL shows a client certificate: it needs tls.certificate and tls.key, and only "
      "ircs:// servers";
  CHECK(sasl_refusal(R"("mechanisms": ["EXTERNAL"])") == needs);
  CHECK(login_refusal(own.tls + R"("sasl": {"mechanisms": ["EXTERNAL"]})",
                      R"(ircs://h", "irc://h)") == needs);
}

TEST_CASE("a key of ECDSA is read and tried first") {
  const test::TempFolder folder;
  const auto file = test::Certificate::self_signed("DNS:x").write(folder.path(), "ecdsa").key;
  const auto sasl = sasl_of(R"("ecdsa_key": ")" + file + "\", " + password, "irc://localhost");
  CHECK(sasl.mechanisms == Names{"ECDSA-NIST256P-CHALLENGE", "SCRAM-SHA-256", "PLAIN"});
  CHECK(sasl.credentials.ecdsa_key.find("PRIVATE KEY") != std::string::npos);
}

TEST_CASE("a key that is none is refused where it is named") {
  const test::TempFolder folder;
  const auto file = (folder.path() / "key").string();
  std::ofstream{file} << "hunter2";
  CHECK(sasl_refusal(R"("ecdsa_key": ")" + file + "\"") ==
        "sasl.ecdsa_key: ECDSA-NIST256P-CHALLENGE: the key is no private key in PEM, or has a "
        "passphrase");
  CHECK(sasl_refusal(R"("ecdsa_key": "/nowhere/key")") ==
        "sasl.ecdsa_key: cannot read a key from /nowhere/key");
}

TEST_CASE("what a mechanism lacks is named") {
  CHECK(sasl_refusal("") ==
        "sasl: expected a password, password_env, password_file or ecdsa_key, or the network's "
        "tls.certificate");
  CHECK(sasl_refusal(R"("mechanisms": ["PLAIN"])") ==
        "sasl: PLAIN needs a password, password_env or password_file");
  CHECK(sasl_refusal(R"("mechanisms": ["ECDSA-NIST256P-CHALLENGE"])") ==
        "sasl: ECDSA-NIST256P-CHALLENGE needs an ecdsa_key");
  CHECK(sasl_refusal(R"("mechanisms": ["plain"], )" + std::string{password}) ==
        "sasl.mechanisms: unknown mechanism \"plain\"; known are EXTERNAL, "
        "ECDSA-NIST256P-CHALLENGE, SCRAM-SHA-256, PLAIN");
  CHECK(sasl_refusal(R"("mechanisms": [], )" + std::string{password}).find("at least one of") !=
        std::string::npos);
  CHECK(sasl_refusal(R"("password": "hunter2\n")") ==
        "sasl: SCRAM-SHA-256: the password holds a control character");
  CHECK(sasl_refusal(R"("x": 1)").find("sasl.x: unknown key; known here are mechanisms, ") == 0);
}

TEST_CASE("a password is not sent in clear, unless to loopback or where insecure says so") {
  const auto clear =
      " would send the password in clear over irc://; use ircs://, or say "
      "\"insecure\": true to have it so";
  CHECK(sasl_refusal(password, "irc://irc.example.org") == std::string{"sasl: PLAIN"} + clear);
  CHECK(sasl_refusal(password, "irc://127.evil.example") == std::string{"sasl: PLAIN"} + clear);
  for (const char* here : {"irc://localhost", "irc://127.0.0.1:6667", "irc://[::1]"}) {
    CHECK_NOTHROW(sasl_of(password, here));
  }
  CHECK_NOTHROW(sasl_of(R"("insecure": true, )" + std::string{password}, "irc://h"));
  CHECK_NOTHROW(sasl_of(R"("mechanisms": ["SCRAM-SHA-256"], )" + std::string{password}, "irc://h"));
  CHECK(login_refusal(R"("tls": {"insecure": true}, "sasl": {"password": "hunter2"})") ==
        "sasl: PLAIN would send the password to whoever answers, for tls.insecure verifies nobody; "
        "pin the certificate under tls.fingerprints, or say \"insecure\": true to have it so");
  CHECK(login_refusal(R"("nickserv": {"password": "hunter2"})", "irc://h") ==
        std::string{"nickserv: NickServ"} + clear);
  CHECK_NOTHROW(with_login(R"("nickserv": {"password": "hunter2", "insecure": true})", "irc://h"));
}

TEST_CASE("NickServ is what SASL falls back to, so that is not required then") {
  const auto both = R"("nickserv": {"password": "hunter2", "account": "me"}, "sasl": {)";
  const auto session = with_login(both + std::string{password} + "}").networks[0].session;
  CHECK(session.nickserv->password == "hunter2");
  CHECK(session.nickserv->account == "me");
  CHECK_FALSE(session.sasl->required);
  CHECK(login_refusal(both + std::string{password} + R"(, "required": true})") ==
        "sasl.required: nickserv is for a login without SASL, which this rules out");
  CHECK(login_refusal(R"("nickserv": {})") ==
        "nickserv: expected a password, password_env or password_file");
  CHECK(login_refusal(R"("nickserv": {"password": "hunter2 x"})") ==
        "nickserv: NickServ takes no account and no password with a "
        "space");
}

TEST_CASE("a description tells mechanisms and accounts, and no secret") {
  const auto both =
      with_login(R"("nickserv": {"password": "hunter2"}, "sasl": {"account": "me", )" +
                 std::string{password} + "}");
  const auto text = describe(both);
  CHECK(text.find("  sasl: SCRAM-SHA-256, PLAIN; account me; goes on without\n") != text.npos);
  CHECK(text.find("  nickserv: account bot\n") != text.npos);
  CHECK(text.find("hunter2") == text.npos);
  CHECK(text.find("insecure") == text.npos);
  const auto insecure = describe(with_login(
      R"("nickserv": {"password": "hunter2", "insecure": true}, "sasl": {"insecure": true, )" +
      std::string{password} + "}"));
  for (const char* part : {"goes on without; insecure: the password may be read on its way\n",
                           "nickserv: account bot; insecure: the password may be read"}) {
    CHECK(insecure.find(part) != insecure.npos);
  }
  const auto external = describe(with_login(OwnCertificate{}.tls + R"("sasl": {})"));
  CHECK(external.find("  sasl: EXTERNAL; account of the certificate; required\n") != external.npos);
}

}  // namespace
}  // namespace tubes::bridge

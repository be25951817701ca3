#include <tubes/bridge/trust.hpp>

namespace tubes::bridge {
namespace {

std::string described_server(const Trust& trust) {
  const auto& pins = trust.fingerprints;
  if (!trust.verify) return "certificate NOT verified";
  if (pins.size() == 1) return "verified by the fingerprint " + pins.front();
  if (!pins.empty()) return "verified by one of " + std::to_string(pins.size()) + " fingerprints";
  return "verified by " + (trust.ca_file.empty() ? "the system's roots" : trust.ca_file);
}

}  // namespace

std::string describe(const Trust& trust) {
  return described_server(trust) +
         (trust.certificate.empty() ? "" : ", with the client certificate " + trust.certificate);
}

}  // namespace tubes::bridge

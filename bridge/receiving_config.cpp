#include <ctime>

#include <tubes/bridge/irc_values.hpp>
#include <tubes/bridge/receiving_config.hpp>

namespace tubes::bridge {
namespace {

using config::StrictObject;

constexpr const char* own_version = "Tubes " TUBES_VERSION;

std::time_t clock_now() {
  return std::time(nullptr);
}

std::string read_version(StrictObject& ctcp) {
  const auto* const value = ctcp.value("VERSION");
  if (value == nullptr || value->is_boolean()) {
    return ctcp.boolean("VERSION").value_or(true) ? own_version : "";
  }
  if (!value->is_string()) {
    ctcp.at("VERSION").refuse("expected true, false or a string, found " + config::kind_of(*value));
  }
  const auto text = *ctcp.string("VERSION");
  if (!irc::is_ctcp_version(text)) {
    ctcp.at("VERSION").refuse("expected a text of at most " +
                              std::to_string(irc::longest_ctcp_version) +
                              " bytes without control characters");
  }
  return text;
}

irc::CtcpOptions read_ctcp(StrictObject& network) {
  irc::CtcpOptions options{own_version, true, nullptr};
  auto ctcp = network.object("ctcp");
  if (!ctcp) return options;
  options.version = read_version(*ctcp);
  options.ping = ctcp->boolean("PING").value_or(true);
  options.clock = ctcp->boolean("TIME").value_or(false) ? clock_now : nullptr;
  ctcp->finish();
  return options;
}

irc::StripFormatting read_strip(StrictObject& network) {
  const auto* const value = network.value("strip_formatting");
  if (value == nullptr || value->is_boolean()) {
    return {network.boolean("strip_formatting").value_or(false), {}};
  }
  return {false, read_channels(network, "strip_formatting", false)};
}

irc::Encoding read_encoding(StrictObject& network) {
  const auto name = network.string("fallback_encoding");
  if (!name) return {};
  const auto place = network.at("fallback_encoding");
  const auto encoding = irc::Encoding::named(*name);
  if (!encoding) {
    place.refuse("expected one of " + irc::Encoding::names() + "; found \"" + *name + "\"");
  }
  if (!encoding->usable()) place.refuse("the iconv of this system does not know " + *name);
  return *encoding;
}

std::string described(const irc::StripFormatting& strip) {
  if (strip.everywhere) return "\n  formatting is taken out";
  std::string list;
  for (const auto& channel : strip.channels) list.append(list.empty() ? "" : ", ").append(channel);
  return list.empty() ? list : "\n  formatting is taken out in " + list;
}

std::string described(const irc::Encoding& encoding) {
  if (encoding == irc::Encoding{}) return {};
  return "\n  what is not UTF-8 is read as " + std::string{encoding.name()};
}

std::string described(const irc::CtcpOptions& ctcp) {
  if (ctcp.version == own_version && ctcp.ping && ctcp.clock == nullptr) return {};
  const std::string text = (ctcp.version.empty() ? "" : " VERSION (\"" + ctcp.version + "\")") +
                           std::string{ctcp.ping ? " PING" : ""} +
                           (ctcp.clock != nullptr ? " TIME" : "");
  return "\n  answers to CTCP:" + (text.empty() ? " none" : text);
}

}  // namespace

void read_receiving(StrictObject& network, irc::SessionOptions& options) {
  options.self_messages = network.boolean("self_messages").value_or(false);
  options.strip_formatting = read_strip(network);
  options.fallback_encoding = read_encoding(network);
  options.ctcp = read_ctcp(network);
}

std::string described_receiving(const irc::SessionOptions& options) {
  return (options.self_messages ? "\n  publishes what the bot itself says" : "") +
         described(options.strip_formatting) + described(options.fallback_encoding) +
         described(options.ctcp);
}

}  // namespace tubes::bridge

#include <tubes/bridge/changes.hpp>
#include <tubes/bridge/irc/changeable.hpp>

namespace tubes::bridge {
namespace {

/// Whether it would have changed.
template <class Value>
bool keep(const Value& was, Value& is) {
  if (was == is) return false;
  is = was;
  return true;
}

}  // namespace

Change change_of(const NetworkConfig& was, const NetworkConfig& is) {
  if (was == is) return Change::none;
  auto changed = was;
  irc::take_changeable(changed.session, is.session);
  changed.admin_spew_channels = is.admin_spew_channels;
  return changed == is ? Change::in_place : Change::anew;
}

std::vector<std::string> keep_until_restart(const Config& was, Config& is) {
  std::vector<std::string> kept;
  if (keep(was.bus, is.bus)) kept.emplace_back("bus");
  if (keep(was.broker, is.broker)) kept.emplace_back("broker");
  if (keep(was.wire_in, is.wire_in)) kept.emplace_back("wire.in");
  if (keep(was.topics.shared, is.topics.shared)) kept.emplace_back("topics");
  if (keep(was.state_file, is.state_file)) kept.emplace_back("state_file");
  return kept;
}

}  // namespace tubes::bridge

#include <map>

#include <tubes/bridge/irc/directed.hpp>
#include <tubes/clients/services/service.hpp>

namespace tubes::services {
namespace {

/// Publishes a directed_privmsg beside each privmsg that is addressed to the bot, for bridges that
/// do not: the original's, and ours with `semantics` off. The bot's nick on a network is what
/// `connected` and `nick` have told; until then the retained value `nick`, as the original's
/// service read it: before each message, for it may have changed.
class Semantics final : public Service {
 public:
  explicit Semantics(const Setting& setting) : bus_(setting.bus), irc_(setting.irc) {
    irc_.on<in::Connected>([this](const in::Connected& us) { nicks_[us.network] = us.nick; });
    irc_.on<in::Nick>([this](const in::Nick& change) {
      const auto ours = nicks_.find(change.network);
      if (ours != nicks_.end() && ours->second == change.sender) ours->second = change.nick;
    });
    irc_.on<in::Privmsg>([this](const in::Privmsg& said) { look_at(said); });
  }

 private:
  static constexpr const char* nobody = "\n";  // no text of IRC begins with it

  std::string nick_on(const std::string& network) {
    const auto told = nicks_.find(network);
    return told != nicks_.end() ? told->second : bus_.get("nick").value_or(nobody);
  }

  void look_at(const in::Privmsg& said) {
    if (said.self) return;  // nobody is to obey what we say ourselves
    const bool in_private = said.channel == said.sender;
    const auto nick = nick_on(said.network);
    const auto message = irc::directed_text(said.message, nick, irc::Casemap{}, in_private);
    if (!message) return;
    irc_.publish(in::DirectedPrivmsg{said.sender, said.channel, std::string(*message), said.message,
                                     said.network, said.services_account, said.bot, said.time,
                                     said.msgid});
  }

  Bus& bus_;
  Client& irc_;
  std::map<std::string, std::string> nicks_;  ///< by network
};

}  // namespace

std::unique_ptr<Service> make_semantics(const Setting& setting) {
  return std::make_unique<Semantics>(setting);
}

}  // namespace tubes::services

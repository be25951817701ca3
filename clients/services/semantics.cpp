#include <tubes/bridge/irc/directed.hpp>
#include <tubes/clients/services/service.hpp>

namespace tubes::services {
namespace {

/// Publishes a directed_privmsg beside each privmsg that is addressed to the bot, for bridges that
/// do not: the original's, and ours with `semantics` off. The bot's nick is the retained value
/// `nick`, as the original's service read it: before each message, for it may have changed.
class Semantics final : public Service {
 public:
  explicit Semantics(const Setting& setting) : bus_(setting.bus), irc_(setting.irc) {
    irc_.on<in::Privmsg>([this](const in::Privmsg& said) { look_at(said); });
  }

 private:
  static constexpr const char* nobody = "\n";  // no text of IRC begins with it

  void look_at(const in::Privmsg& said) {
    const auto nick = bus_.get("nick");
    const bool in_private = said.channel == said.sender;
    const auto message =
        irc::directed_text(said.message, nick.value_or(nobody), irc::Casemap{}, in_private);
    if (!message) return;
    irc_.publish(in::DirectedPrivmsg{said.sender, said.channel, std::string(*message), said.message,
                                     said.network, said.services_account, said.bot});
  }

  Bus& bus_;
  Client& irc_;
};

}  // namespace

std::unique_ptr<Service> make_semantics(const Setting& setting) {
  return std::make_unique<Semantics>(setting);
}

}  // namespace tubes::services

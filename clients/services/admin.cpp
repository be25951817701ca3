#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <tubes/clients/services/announcer.hpp>
#include <tubes/clients/services/keeper.hpp>

namespace tubes::services {
namespace {

/// Starts, stops and restarts programs of the configuration, and lists them, for admins on IRC: on
/// each network those with the services accounts of "accounts", and where a network has no services
/// those with the whole nicks of "nicks". Nobody can name a path: programs are called as
/// configured.
class Admin final : public Service {
 public:
  explicit Admin(const Setting& setting)
      : irc_(setting.irc), log_(setting.log), announcer_(setting) {
    read_admins(setting.options);
    for (auto& [name, program] : setting.options.objects("programs")) add(name, program);
    if (programs_.empty()) setting.options.missing("programs", "at least one program");
    irc_.on<in::DirectedPrivmsg>([this](const in::DirectedPrivmsg& said) { obey(said); });
  }

  /// All at once, for each may take its time.
  ~Admin() override {
    for (auto& [name, program] : programs_) program.stop();
  }

 private:
  using Names = std::map<std::string, std::set<std::string>>;  ///< by network

  void read_admins(config::StrictObject& options) {
    accounts_ = read_names(options, "accounts");
    nicks_ = read_names(options, "nicks");
    if (accounts_.empty() && nicks_.empty()) options.missing("accounts", "at least one admin");
  }

  /// An object of network and list of names.
  static Names read_names(config::StrictObject& options, const char* key) {
    Names names;
    if (auto networks = options.object(key))
      for (const auto& network : networks->keys())
        for (auto& name : networks->strings(network.c_str()))
          names[network].insert(std::move(name));
    return names;
  }

  void add(const std::string& name, config::StrictObject& program) {
    auto command = program.strings("command");
    if (command.empty()) program.missing("command", "the program and its arguments, a list");
    const auto [at, is_new] = programs_.try_emplace(
        name, name, std::move(command), [this](const std::string& news) { tell(news); });
    if (program.boolean("start").value_or(true)) at->second.start();
    program.finish();
  }

  /// On the thread of a keeper; the bus may be away, or closed.
  void tell(const std::string& news) try { announcer_.say(news); } catch (const Error& error) {
    log_("admin: nobody was told \"" + news + "\": " + error.what());
  }

  /// An account that the network has shown is whole truth; a nick is only where nothing better is.
  bool is_admin(const in::DirectedPrivmsg& said) const {
    const auto& [names, name] = said.services_account.empty()
                                    ? std::tie(nicks_, said.sender)
                                    : std::tie(accounts_, said.services_account);
    const auto here = names.find(said.network);
    return here != names.end() && here->second.contains(name);
  }

  void obey(const in::DirectedPrivmsg& said) {
    const auto space = said.message.find(' ');
    const auto verb = said.message.substr(0, space);
    const auto name = space == said.message.npos ? "" : said.message.substr(space + 1);
    if (verb != "start" && verb != "stop" && verb != "restart" && verb != "list") return;
    if (!is_admin(said)) {
      irc_.reply(said, said.sender + ": you are no admin here");
    } else if (verb == "list") {
      list(said);
    } else if (const auto program = programs_.find(name); program != programs_.end()) {
      irc_.reply(said, name + " " + carry_out(verb, program->second));
    } else {
      irc_.reply(said, "no program is called \"" + name + "\"; see list");
    }
  }

  static std::string carry_out(const std::string& verb, Keeper& program) {
    if (verb == "start") return program.start() ? "is started" : program.state() + " already";
    if (verb == "stop") return program.stop() ? "is told to stop" : "is stopped already";
    program.restart();
    return "is restarted";
  }

  void list(const in::DirectedPrivmsg& said) {
    std::string text;
    for (const auto& [name, program] : programs_)
      text.append(text.empty() ? "" : ", ").append(name).append(" ").append(program.state());
    irc_.reply(said, text);
  }

  Client& irc_;
  const std::function<void(const std::string&)> log_;
  Announcer announcer_;
  Names accounts_, nicks_;
  std::map<std::string, Keeper> programs_;
};

}  // namespace

std::unique_ptr<Service> make_admin(const Setting& setting) {
  return std::make_unique<Admin>(setting);
}

}  // namespace tubes::services

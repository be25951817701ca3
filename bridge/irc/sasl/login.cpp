#include <utility>

#include <tubes/bridge/irc/described.hpp>
#include <tubes/bridge/irc/sasl/login.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

const SaslKind& known_kind(const std::string& name) {
  if (const auto* const kind = sasl_kind(name)) return *kind;
  throw Error(ErrorCode::refused, "unknown SASL mechanism; known are " + sasl_names());
}

std::string comma_list(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list.append(list.empty() ? "" : ",").append(name);
  return list;
}

/// The words of a comma list that fit, whole: a part of one might be that of a secret.
std::string_view words_of(std::string_view list, std::size_t bytes) {
  if (list.size() <= bytes) return list;
  const auto comma = list.rfind(',', bytes);
  return list.substr(0, comma == list.npos ? 0 : comma);
}

}  // namespace

SaslLogin::SaslLogin(SaslOptions options) : options_(std::move(options)) {
  for (const auto& name : options_.mechanisms) known_kind(name).make(options_.credentials);
}

void SaslLogin::reset() {
  state_ = State::idle;
  why_.clear();
  offered_.clear();
  tried_ = 0;
  password_wrong_ = false;
  mechanism_.reset();
  challenge_.clear();
}

std::string SaslLogin::begin(std::string_view offered) {
  reset();
  offered_ = offered;
  return try_next();
}

std::string SaslLogin::try_next() {
  challenge_.clear();
  while (tried_ < options_.mechanisms.size()) {
    const auto& name = options_.mechanisms[tried_++];
    if (!is_offered(name) || !is_sensible(name)) continue;
    name_ = name;
    mechanism_ = known_kind(name).make(options_.credentials);
    state_ = State::running;
    return format_line("AUTHENTICATE", {name});
  }
  end(State::failed, why_.empty() ? "the server offers " + printable(words_of(offered_, 200)) +
                                        ", not " + comma_list(options_.mechanisms)
                                  : why_);
  return {};
}

bool SaslLogin::is_offered(std::string_view name) const {
  const auto within = "," + offered_ + ",";
  return offered_.empty() || within.find("," + std::string{name} + ",") != within.npos;
}

bool SaslLogin::is_sensible(const std::string& name) const {
  return !password_wrong_ || !known_kind(name).password;
}

std::string SaslLogin::hear(const Line& line) {
  if (!running()) return {};
  switch (line.numeric()) {
    case 0:
      return line.command == "AUTHENTICATE" ? challenged(line.param(0)) : std::string{};
    case 902:  // the account must not be used, whatever the proof
      end(State::failed, "the server refused the account (" + described(line) + ")");
      return {};
    case 903:
    case 907:  // "already": only who was logged in before hears it
      accepted();
      return {};
    case 904:
    case 905:
    case 906:
      return refused(line);
    case 908:
      offered_ = line.param(1);
      return {};
    default:
      return {};
  }
}

std::string SaslLogin::challenged(std::string_view chunk) {
  try {
    const auto challenge = challenge_.add(chunk);
    return challenge ? authenticate_lines(mechanism_->respond(*challenge)) : std::string{};
  } catch (const Error& error) {
    end(State::broken, error.what());
    return {};
  }
}

void SaslLogin::accepted() {
  if (mechanism_->satisfied()) return end(State::succeeded, {});
  end(State::broken, name_ +
                         ": the server says that we are logged in, and did not prove that it "
                         "knows the password");
}

std::string SaslLogin::refused(const Line& line) {
  password_wrong_ = password_wrong_ || mechanism_->password_tested();
  why_ = "the server refused " + name_ + " (" + described(line) + ")";
  return try_next();
}

std::string SaslLogin::abort(std::string why) {
  if (!running()) return {};
  end(State::failed, std::move(why));
  return format_line("AUTHENTICATE", {"*"});
}

void SaslLogin::withdrawn() {
  if (running()) end(State::failed, "the server took SASL away");
  if (state_ == State::failed || state_ == State::succeeded) state_ = State::idle;
}

void SaslLogin::end(State state, std::string why) {
  state_ = state;
  why_ = std::move(why);
  mechanism_.reset();
  challenge_.clear();
}

}  // namespace tubes::irc

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <tubes/clients/services/log_lines.hpp>
#include <tubes/clients/services/service.hpp>
#include <tubes/proto/types.hpp>

namespace tubes::services {
namespace {

std::string time_text(const char* format, std::time_t when, bool utc) {
  std::tm parts{};
  utc ? gmtime_r(&when, &parts) : localtime_r(&when, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

/// Writes down what happens on IRC: one file for each channel and day, or one of JSON lines for
/// each day with the messages as they are. A file is open while a line is written, no longer: it
/// may be moved or removed at any time.
class Log final : public Service {
 public:
  explicit Log(const Setting& setting)
      : log_(setting.log), directory_(setting.options.required_string("directory")) {
    const auto format = setting.options.string("format").value_or("text");
    if (format != "text" && format != "json")
      setting.options.at("format").refuse("expected text or json, found \"" + format + "\"");
    as_json_ = format == "json";
    require_directory(setting.options);
    for (const auto role : {Role::in, Role::out})
      setting.irc.on_envelope(role, [this, role](const Envelope& envelope) {
        as_json_ ? write_json(role, envelope) : write_text(envelope.message);
      });
  }

 private:
  /// What can not be written down is to be known at the start, not line by line.
  void require_directory(config::StrictObject& options) const {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (!error && access(directory_.c_str(), W_OK | X_OK) != 0)
      error = {errno, std::generic_category()};
    if (error) options.at("directory").refuse("nothing can be written there: " + error.message());
  }

  void write_text(const Message& message) {
    const auto line = log_line(message);
    if (line.text.empty()) return;
    const auto now = std::time(nullptr);
    const auto network = file_name(line.network.empty() ? "irc" : line.network);
    const auto channel = line.channel.empty() ? "(network)" : file_name(line.channel);
    append(directory_ / network / channel / (time_text("%Y-%m-%d", now, false) + ".log"),
           time_text("[%H:%M:%S] ", now, false) + line.text);
  }

  void write_json(Role role, const Envelope& envelope) {
    const auto now = std::time(nullptr);
    const nlohmann::ordered_json line{
        {"time", time_text("%Y-%m-%dT%H:%M:%SZ", now, true)},
        {"topic", role_name(role)},
        {"message", nlohmann::ordered_json::parse(encode(envelope, WireFormat::json))}};
    append(directory_ / (time_text("%Y-%m-%d", now, true) + ".jsonl"), line.dump());
  }

  void append(const std::filesystem::path& file, const std::string& line) {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    std::ofstream stream(file, std::ios::app);
    if (stream << line << '\n' << std::flush) return;
    log_("log: a line was not written to " + file.string() + ": " + std::strerror(errno));
  }

  const std::function<void(const std::string&)> log_;
  const std::filesystem::path directory_;
  bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Service> make_log(const Setting& setting) {
  return std::make_unique<Log>(setting);
}

}  // namespace tubes::services

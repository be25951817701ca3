#pragma once

#include <optional>
#include <string>

#include <tubes/tests/support/child_process.hpp>
#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::test {

/// A real `tubes broker`, of the folder that this program is in. It takes connections when the
/// constructor or start() has returned; both throw, with its log, if it does not come up.
class BrokerProcess {
 public:
  /// `url` as for --bind.
  explicit BrokerProcess(std::string url);

  void start();
  /// As a crash would: at once, and without a farewell.
  void kill() { process_->kill(); }
  /// Keeps its connections and does nothing any more, until kill().
  void freeze() const { process_->freeze(); }

  const std::string& url() const noexcept { return url_; }

 private:
  const std::string url_;
  TempFolder folder_;
  std::optional<ChildProcess> process_;
};

}  // namespace tubes::test

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tubes::net {

/// Finds the numeric addresses of a host, in the order to be tried ("::1", "127.0.0.1"). Waits for
/// as long as it takes. Throws std::runtime_error with the reason.
using Lookup = std::function<std::vector<std::string>(const std::string& host)>;

/// getaddrinfo(3), which no one can interrupt.
std::vector<std::string> system_lookup(const std::string& host);

/// Looks up one host name where nobody waits for it: on a thread that is left alone if it hangs.
/// Used by one thread.
class Resolver {
 public:
  struct Answer {
    std::vector<std::string> addresses;
    std::string trouble;  ///< why there are none; else empty
  };
  /// Runs on the look-up's thread. It must neither wait nor use the resolver.
  using Done = std::function<void(const Answer&)>;

  explicit Resolver(std::string host, Lookup lookup = system_lookup);
  /// As cancel(): the look-up is not waited for.
  ~Resolver() { cancel(); }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// `done` gets the answer, once; an earlier one that waits is forgotten. A look-up that still
  /// runs, perhaps for another who gave up, is waited for: there is never a second at once.
  void start(Done done);

  /// When this has returned, `done` does not run any more and is destroyed.
  void cancel() noexcept;

 private:
  struct Shared;

  const std::string host_;
  const Lookup lookup_;
  const std::shared_ptr<Shared> shared_;
};

}  // namespace tubes::net

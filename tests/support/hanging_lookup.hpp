#pragma once

#include <semaphore>
#include <string>
#include <vector>

#include <tubes/transports/net/resolver.hpp>

namespace tubes::test {

/// A look-up of a host name that hangs until the end of the test.
class HangingLookup {
 public:
  ~HangingLookup() {
    let_go_.release();
    ended_.acquire();
  }
  net::Lookup lookup() {
    return [this](const std::string&) {
      started.release();
      let_go_.acquire();
      ended_.release();
      return std::vector<std::string>{"127.0.0.1"};
    };
  }
  std::binary_semaphore started{0};

 private:
  std::binary_semaphore let_go_{0}, ended_{0};
};

}  // namespace tubes::test

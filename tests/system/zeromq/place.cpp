#include "place.hpp"

#include <string>

#include <tubes/tests/support/ports.hpp>

namespace tubes::test {

Url free_url() {
  return Url::parse("zmq://127.0.0.1:" + std::to_string(free_port(2)));
}

}  // namespace tubes::test

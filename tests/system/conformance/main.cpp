#include "places.hpp"

using namespace tubes;

int main(int argc, char** argv) {
  auto all = test::memory_transports();
  const auto add = [&](const test::Transports& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
#ifdef TUBES_REDIS
  add(test::redis_transports());
#endif
#ifdef TUBES_ZEROMQ
  add(test::zeromq_transports());
#endif
  return conformance::main(argc, argv, all);
}

// Something of each component of the package.
#include <iostream>

#include <tubes/bus/client.hpp>
#include <tubes/bus/engine.hpp>
#include <tubes/conformance/suite.hpp>
#include <tubes/transports/memory/memory.hpp>
#include <tubes/transports/open.hpp>
#include <tubes/transports/redis/redis.hpp>
#include <tubes/transports/zeromq/broker.hpp>
#include <tubes/transports/zeromq/zeromq.hpp>

using tubes::Url;

bool broker_refuses(const Url& url) {
  try {
    tubes::zeromq::Broker{url};
    return false;
  } catch (const tubes::Error&) {
    return true;
  }
}

int main() {
  tubes::check("zmq://127.0.0.1");
  const auto redis = tubes::redis::make_driver(Url::parse("redis://127.0.0.1"), {});
  const auto zeromq = tubes::zeromq::make_driver(Url::parse("zmq://127.0.0.1"), {});
  const auto bus = tubes::memory::open(Url::parse("memory://every"));
  tubes::Client(*bus).say("#a", redis->address() + zeromq->address());
  if (tubes::conformance::cases().empty()) return 1;
  if (!broker_refuses(Url::parse("redis://127.0.0.1"))) return 2;
  std::cout << "every component works\n";
}

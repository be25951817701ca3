#pragma once

#include <tubes/transports/net/resolver.hpp>
#include <tubes/transports/zeromq/zeromq.hpp>

namespace tubes::zeromq {

/// As the other make_driver; host names are found with `lookup`, on a thread that nobody waits for.
std::unique_ptr<Driver> make_driver(const Url& url, const BusOptions& options, net::Lookup lookup);

}  // namespace tubes::zeromq

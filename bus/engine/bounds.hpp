#pragma once

#include <string>

#include <tubes/bus/engine/patience.hpp>
#include <tubes/bus/options.hpp>

namespace tubes {

/// "For ever" as a number of milliseconds would overflow where it is added to a time: 100 years.
Milliseconds bounded(Milliseconds duration);

/// With every duration bounded, no larger payload than the transport carries, and a name.
BusOptions bounded(BusOptions options, const Capabilities& capabilities);

Deadline deadline_in(Milliseconds timeout);

/// 128 random bits in hexadecimal: no two buses share a name.
std::string random_id();

}  // namespace tubes

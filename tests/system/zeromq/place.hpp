#pragma once

#include <tubes/bus/url.hpp>

namespace tubes::test {

/// A broker's URL on loopback that nobody uses.
Url free_url();

}  // namespace tubes::test

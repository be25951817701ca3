#pragma once

#include <memory>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/options.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::redis {

/// A driver for the Redis server that the URL names; nothing is connected yet.
///   redis://[user[:password]@]host[:port][/db]
///   redis+unix://[user[:password]@]/path/to.sock[?db=N]
/// Parameters: `prefix` of the keys of retained values ("tubes:"), `db`, `password_env` and
/// `password_file` (see Url::secret).
///
/// Topics are Redis channels of the same name, whatever the database. Retained values are keys in
/// the database, and survive a restart as far as the server is configured to persist.
/// It keeps one time of its own, by the system's clock: a connection that is silent is pinged, and
/// given up after 15 s.
///
/// Throws Error{invalid_url} for an unknown parameter, a database that is no number, or a secret
/// that cannot be read.
std::unique_ptr<Driver> make_driver(const Url& url, const BusOptions& options);

}  // namespace tubes::redis

#pragma once

#include <memory>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/options.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::redis {

/// A driver for the Redis server that the URL names; nothing is connected yet.
///   redis://[user[:password]@]host[:port][/db]
///   rediss://[user[:password]@]host[:port][/db]    (over TLS 1.2 or later)
///   redis+unix://[user[:password]@]/path/to.sock[?db=N]
/// Parameters: `prefix` of the keys of retained values ("tubes:"), `db`, `password_env` and
/// `password_file` (see Url::secret).
/// Of rediss also: `ca`, a PEM file of the authorities to trust instead of the system's; `cert` and
/// `key`, PEM files for a server that wants to know us; `servername`, the name or IP address that
/// the server's certificate must be for, if not the host. `insecure=1`: trust whoever answers. The
/// files are read here and again at each connect().
///
/// Topics are Redis channels of the same name, whatever the database. Retained values are keys in
/// the database, and survive a restart as far as the server is configured to persist.
/// It keeps two times of its own, by the system's clock: a connection that is silent is pinged, and
/// given up after 15 s; one that is not up after nine tenths of connect_timeout is an Error that
/// says what is missing.
///
/// Throws Error{invalid_url} for an unknown parameter, a database that is no number, or a secret,
/// certificate or key that cannot be read.
std::unique_ptr<Driver> make_driver(const Url& url, const BusOptions& options);

}  // namespace tubes::redis

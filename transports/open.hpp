#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <tubes/bus/bus.hpp>

namespace tubes {

/// The bus at `url`, whatever its transport. Returns at once: the bus connects in the background
/// and keeps trying (see bus.hpp).
///   memory://name                        inside this process
///   redis://[user[:password]@]host[:port][/db]      redis+unix:///path/to.sock
///   zmq://host:port                      zmq+ipc:///path/prefix
/// Each transport's header has its parameters. Throws Error{invalid_url} that lists the schemes
/// this build knows, or the parameters the transport knows.
std::unique_ptr<Bus> open(std::string_view url, const BusOptions& options = {});

/// Throws what open(url) would throw, and opens nothing.
void check(std::string_view url);

/// A broker that runs inside this process, until it is destroyed.
class Broker {
 public:
  virtual ~Broker() = default;
  /// The URL that buses connect to.
  virtual std::string address() const = 0;
};

/// Starts the broker that buses on `url` meet at; when this returns it accepts connections.
/// `on_warning` is told, on the broker's thread, of what it drops. Throws Error{invalid_url};
/// Error{refused} if the address cannot be bound; Error{unsupported} if the transport has its
/// broker elsewhere (redis://) or needs none (memory://).
std::unique_ptr<Broker> serve(std::string_view url,
                              std::function<void(const std::string&)> on_warning = {});

/// Writes a new pair of keys for zmq:// into the files `path` (secret, for its owner alone) and
/// `path`.pub, and returns the public one. Throws Error{invalid_argument} if one of them is there
/// or cannot be written; Error{unsupported} if this build has no zmq:// with encryption.
std::string write_new_keys(const std::string& path);

}  // namespace tubes

#pragma once

#include <memory>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/url.hpp>

/// The ZeroMQ transport: buses that meet at a broker (broker.hpp), over TCP or a unix socket.
///
///   zmq://host:port       publishing on the port, receiving on the next; the default is 5550.
///                         IPv6 hosts stand in brackets.
///   zmq+ipc:///folder/x   the sockets /folder/x.pub and /folder/x.sub
///
///   server_key=   of a client: the broker's public key, 64 hexadecimal digits or a file. The
///                 connection is encrypted (CURVE), and made to that broker only
///   key=          the file of one's own secret key; a client without has a new one each time
///   allow=        of a broker with a key: whose public keys may connect, a file or a folder of
///                 *.pub; or the word `anyone`. Opened as a client's, such a URL is that of a
///                 program that runs the broker itself
///   insecure=1    of a broker: beyond loopback without a key
///
/// What may be lost: accepted means that the broker has the message. A subscriber that reads too
/// slowly for long misses messages once the broker's queue for it is full (BrokerOptions); the
/// broker reports that, the subscriber itself is not told. Numbered messages make it known there.
namespace tubes::zeromq {

/// A driver for one connection to the broker at `url`; it connects when connect() is called.
/// Throws Error{invalid_url}, also if a key cannot be read; Error{unsupported} if libzmq has no
/// CURVE. A broker that does not answer is an Error{unreachable} of poll(); one that speaks
/// something else, has no room, or does not allow the key, an Error{refused}.
std::unique_ptr<Driver> make_driver(const Url& url, const BusOptions& options);

}  // namespace tubes::zeromq

#pragma once

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/transports/open.hpp>
#ifdef TUBES_REDIS
#include <tubes/tests/system/redis/redis_server.hpp>
#endif

namespace tubes::test {

// Where the buses of a test meet: one class for each transport. Its backend runs from construction
// on, and again after start(); kill() takes it away. address() and remedy() are what an error must
// say when it is away.

struct Memory {
  std::string url() const { return "memory://meeting?dispatch=thread"; }
};

#ifdef TUBES_REDIS
class Redis {
 public:
  std::string url() const { return server_.url(); }
  std::string address() const { return "redis at 127.0.0.1:" + std::to_string(server_.port()); }
  std::string remedy() const { return "is it running?"; }
  void kill() { server_.kill(); }
  void start() { server_.start(); }
  /// It keeps its connections, and answers nobody any more.
  void freeze() const;

 protected:
  RedisServer server_;
};

class RedisUnix : public Redis {
 public:
  std::string url() const { return "redis+unix://" + server_.socket(); }
  std::string address() const { return "redis at " + server_.socket(); }
};
#endif

#ifdef TUBES_ZEROMQ
class Zmq {
 public:
  Zmq();
  std::string url() const { return url_; }
  std::string address() const { return url_.substr(url_.find("//") + 2); }
  std::string remedy() const { return "start one with: tubes broker"; }
  void kill() { broker_.reset(); }
  void start() { broker_ = serve(url_); }

 protected:
  explicit Zmq(std::string url);

 private:
  std::string url_;
  std::unique_ptr<Broker> broker_;
};

/// A base, because the broker ends before its folder does.
struct SocketFolder {
  TempFolder folder;
};

class ZmqIpc : SocketFolder, public Zmq {
 public:
  ZmqIpc();
};
#endif

}  // namespace tubes::test

#if defined(TUBES_REDIS) && defined(TUBES_ZEROMQ)
#define NETWORK_PLACES \
  tubes::test::Redis, tubes::test::RedisUnix, tubes::test::Zmq, tubes::test::ZmqIpc
#elif defined(TUBES_REDIS)
#define NETWORK_PLACES tubes::test::Redis, tubes::test::RedisUnix
#elif defined(TUBES_ZEROMQ)
#define NETWORK_PLACES tubes::test::Zmq, tubes::test::ZmqIpc
#endif

#ifdef NETWORK_PLACES
#define EVERY_PLACE tubes::test::Memory, NETWORK_PLACES
#else
#define EVERY_PLACE tubes::test::Memory
#endif

TYPE_TO_STRING_AS("memory", tubes::test::Memory);
#ifdef TUBES_REDIS
TYPE_TO_STRING_AS("redis", tubes::test::Redis);
TYPE_TO_STRING_AS("redis+unix", tubes::test::RedisUnix);
#endif
#ifdef TUBES_ZEROMQ
TYPE_TO_STRING_AS("zmq", tubes::test::Zmq);
TYPE_TO_STRING_AS("zmq+ipc", tubes::test::ZmqIpc);
#endif

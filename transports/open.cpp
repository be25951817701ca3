#include <tubes/bus/engine.hpp>
#include <tubes/transports/memory/memory.hpp>
#include <tubes/transports/open.hpp>
#ifdef TUBES_REDIS
#include <tubes/transports/redis/redis.hpp>
#endif
#ifdef TUBES_ZEROMQ
#include <tubes/transports/zeromq/broker.hpp>
#include <tubes/transports/zeromq/key_files.hpp>
#include <tubes/transports/zeromq/zeromq.hpp>
#endif

namespace tubes {
namespace {

[[noreturn]] void refuse_scheme(const Url& url) {
  std::string known = "memory";
#ifdef TUBES_REDIS
  known += ", redis, rediss, redis+unix";
#endif
#ifdef TUBES_ZEROMQ
  known += ", zmq, zmq+ipc";
#endif
  throw Error(ErrorCode::invalid_url,
              "unknown bus scheme \"" + url.scheme + "\"; this build of Tubes knows: " + known);
}

bool is_redis(const Url& url) {
  return url.scheme == "redis" || url.scheme == "rediss" || url.scheme == "redis+unix";
}
#ifdef TUBES_ZEROMQ
bool is_zeromq(const Url& url) {
  return url.scheme == "zmq" || url.scheme == "zmq+ipc";
}
#endif

std::unique_ptr<Driver> make_driver([[maybe_unused]] const Url& url,
                                    [[maybe_unused]] const BusOptions& options) {
#ifdef TUBES_REDIS
  if (is_redis(url)) return redis::make_driver(url, options);
#endif
#ifdef TUBES_ZEROMQ
  if (is_zeromq(url)) return zeromq::make_driver(url, options);
#endif
  refuse_scheme(url);
}

#ifdef TUBES_ZEROMQ
class ZeromqBroker final : public Broker {
 public:
  ZeromqBroker(const Url& url, std::function<void(const std::string&)> on_warning)
      : broker_(url, {.on_warning = std::move(on_warning)}) {}
  std::string address() const override { return broker_.address(); }

 private:
  zeromq::Broker broker_;
};
#endif

}  // namespace

std::unique_ptr<Bus> open(std::string_view text, const BusOptions& options) {
  const auto url = Url::parse(text);
  if (url.scheme == "memory") return memory::open(url, options);
  return make_bus(make_driver(url, options), options);
}

void check(std::string_view text) {
  const auto url = Url::parse(text);
  if (url.scheme == "memory")
    memory::check(url);
  else
    make_driver(url, {});
}

std::unique_ptr<Broker> serve(std::string_view text,
                              [[maybe_unused]] std::function<void(const std::string&)> on_warning) {
  const auto url = Url::parse(text);
#ifdef TUBES_ZEROMQ
  if (is_zeromq(url)) return std::make_unique<ZeromqBroker>(url, std::move(on_warning));
#endif
  if (url.scheme == "memory")
    throw Error(ErrorCode::unsupported, "memory:// needs no broker; leave it out");
  if (is_redis(url))
    throw Error(ErrorCode::unsupported,
                "the broker of " + url.scheme + ":// is redis-server; start that instead");
  refuse_scheme(url);
}

std::string write_new_keys([[maybe_unused]] const std::string& path) {
#ifdef TUBES_ZEROMQ
  return zeromq::hexadecimal(zeromq::write_new_keys(path).public_key);
#else
  throw Error(ErrorCode::unsupported, "keys are for zmq://, which this build of Tubes has not");
#endif
}

}  // namespace tubes

#include "places.hpp"

#include <csignal>
#include <utility>

#ifdef TUBES_ZEROMQ
#include <tubes/tests/system/zeromq/place.hpp>
#endif

namespace tubes::test {

#ifdef TUBES_REDIS
void Redis::freeze() const {
  server_.signal(SIGSTOP);
}
#endif

#ifdef TUBES_ZEROMQ
Zmq::Zmq() : Zmq(free_url().shown()) {}

Zmq::Zmq(std::string url) : url_(std::move(url)) {
  start();
}

ZmqIpc::ZmqIpc() : Zmq("zmq+ipc://" + folder.path().string() + "/bus") {}
#endif

}  // namespace tubes::test

#include <tubes/transports/zeromq/doorkeeper.hpp>

namespace tubes::zeromq {
namespace {

constexpr int most_at_a_time = 16;

}  // namespace

Doorkeeper::Doorkeeper(zmq::context_t& context, const BrokerKeys& keys, Warnings& warnings)
    : warnings_(warnings),
      own_(keys.own),
      allowed_(keys.allow,
               [this](const std::string& fault) {
                 warnings_.warn("an allowed key is passed over", fault);
               }),
      knocks_(context, zmq::socket_type::rep) {
  knocks_.set(zmq::sockopt::linger, 0);
  knocks_.bind("inproc://zeromq.zap.01");
}

void Doorkeeper::answer() {
  // A crowd at the door, each of them a look into the files of keys, must not stop the rest.
  for (int i = 0; i < most_at_a_time && parts_.receive(knocks_); ++i) {
    const auto request = parse_zap(parts_.frames());
    send(knocks_, request ? zap_answer(request->id, may_enter(*request)) : zap_answer("", false));
  }
}

/// Every knock gets an answer: without one the socket takes no other.
bool Doorkeeper::may_enter(const ZapRequest& request) {
  try {
    return lets_in(request);
  } catch (const std::exception& error) {
    warnings_.warn("a client was refused, for its key could not be looked up", error.what());
    return false;
  }
}

bool Doorkeeper::lets_in(const ZapRequest& request) {
  const bool known =
      request.key && (*request.key == own_.public_key || allowed_.allows(*request.key));
  if (!known)
    warnings_.warn("a client was refused, for its key is not allowed",
                   "from " + request.address + ", public key " +
                       (request.key ? hexadecimal(*request.key) : "none") + "; to let it in, add " +
                       "that to " + allowed_.path().string());
  return known;
}

}  // namespace tubes::zeromq

#include <string>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/trouble.hpp>
#include <tubes/transports/zeromq/turned_away.hpp>

using namespace tubes::zeromq;
using tubes::ErrorCode;

namespace {

const Endpoints at = endpoints(tubes::Url::parse("zmq://10.0.0.5:7000"));
constexpr std::uint32_t mismatch = ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH;

std::string text_of(const SocketEvent& event, const std::optional<ClientKeys>& keys, ErrorCode code,
                    bool was_connected = false) {
  const auto error = error_of(trouble_of(event), at, keys, was_connected);
  CHECK(error.code() == code);
  CHECK(std::string(error.what()).find(at.url) != std::string::npos);
  return error.what();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a broker that is not there and one that is lost are told apart") {
  for (const int event : {ZMQ_EVENT_CLOSED, ZMQ_EVENT_CONNECT_RETRIED})
    CHECK(contains(text_of({event, 0}, {}, ErrorCode::unreachable), "(cannot connect)"));
  CHECK(contains(text_of({ZMQ_EVENT_DISCONNECTED, 0}, {}, ErrorCode::unreachable, true),
                 "lost the broker"));
}

TEST_CASE("what is wrong with a key is an error that says so, and the remedy") {
  const ClientKeys keys{{}, new_keys()};
  const auto refused = text_of({ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, 400}, keys, ErrorCode::refused);
  CHECK(contains(refused, "does not allow the public key " + hexadecimal(keys.own.public_key)));
  CHECK_FALSE(contains(refused, hexadecimal(keys.own.secret_key)));
  for (const int event :
       {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL})
    CHECK(contains(text_of({event, 1}, keys, ErrorCode::refused), "another key than server_key"));
  const SocketEvent other{ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, mismatch};
  CHECK(contains(text_of(other, keys, ErrorCode::refused), "speaks without CURVE"));
  CHECK(contains(text_of(other, {}, ErrorCode::refused), "lets in only clients that speak CURVE"));
  CHECK(contains(text_of({ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, 1}, {}, ErrorCode::unreachable),
                 "is no broker"));
}

TEST_CASE("a broker's warning says why a handshake failed") {
  const SocketEvent other{ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, mismatch};
  CHECK(handshake_warning(other, true).first == "a client without CURVE was refused");
  CHECK(handshake_warning(other, false).first == "a client that wants CURVE was refused");
  const SocketEvent foreign{ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
                            ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC};
  CHECK(contains(handshake_warning(foreign, true).first, "another server_key"));
  CHECK(contains(handshake_warning({ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, mismatch}, true).second,
                 "without CURVE"));
  CHECK(contains(handshake_warning({ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, 0}, true).first,
                 "does not speak ZeroMQ"));
}

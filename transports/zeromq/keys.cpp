#include <algorithm>
#include <charconv>

#include <zmq.h>

#include <tubes/bus/error.hpp>
#include <tubes/transports/zeromq/keys.hpp>

namespace tubes::zeromq {
namespace {

constexpr std::size_t z85_size = 40;
using Z85 = std::array<char, z85_size + 1>;

std::optional<Key> from_z85(std::string_view text) {
  Key key;
  if (text.size() != z85_size || text.find('\0') != std::string_view::npos) return std::nullopt;
  if (zmq_z85_decode(key.data(), std::string(text).c_str()) == nullptr) return std::nullopt;
  return key;
}

Key decoded_key(const Z85& text) {
  return from_z85({text.data(), z85_size}).value();
}

}  // namespace

KeyPair new_keys() {
  require_curve();
  Z85 public_key{}, secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
    throw Error(ErrorCode::unsupported, std::string("cannot make a key: ") + zmq_strerror(errno));
  return {decoded_key(public_key), decoded_key(secret_key)};
}

KeyPair keys_of(const Key& secret) {
  require_curve();
  Z85 text{}, public_key{};
  zmq_z85_encode(text.data(), secret.data(), secret.size());
  if (zmq_curve_public(public_key.data(), text.data()) != 0)
    throw Error(ErrorCode::unsupported, std::string("cannot use a key: ") + zmq_strerror(errno));
  return {decoded_key(public_key), secret};
}

std::string hexadecimal(const Key& key) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : key) text.append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  return text;
}

std::optional<Key> from_hexadecimal(std::string_view text) {
  Key key;
  if (text.size() != 2 * key.size()) return std::nullopt;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto* const digits = text.data() + 2 * i;
    if (std::from_chars(digits, digits + 2, key[i], 16).ptr != digits + 2) return std::nullopt;
  }
  return key;
}

std::optional<Key> to_key(std::string_view text) {
  const auto key = from_hexadecimal(text);
  return key ? key : from_z85(text);
}

void require_curve(bool built_in) {
  if (!built_in)
    throw Error(ErrorCode::unsupported,
                "this libzmq was built without CURVE, so nothing can be encrypted; use one that "
                "has it (Debian's libzmq5 does), or a broker on loopback");
}

void require_curve() {
  require_curve(zmq_has("curve") != 0);
}

}  // namespace tubes::zeromq

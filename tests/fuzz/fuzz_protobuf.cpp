#include "codec.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return tubes::fuzz::decode_anything(data, size, tubes::WireFormat::protobuf);
}

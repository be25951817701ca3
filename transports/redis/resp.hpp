#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

/// RESP2, the Redis serialization protocol (https://redis.io/docs/reference/protocol-spec).
namespace tubes::redis {

/// Appends a command, name first. Arguments are bytes of any kind.
void append_command(std::string& out, std::initializer_list<std::string_view> arguments);

struct Value {
  enum class Kind { status, error, integer, bulk, nil, array };
  Kind kind = Kind::nil;
  std::string text;  ///< of a status, error or bulk
  std::int64_t integer = 0;
};

/// One whole reply: the value, and the elements if it is an array (pub/sub nests no deeper).
struct Reply {
  Value value;
  std::span<const Value> elements;
};

/// Puts replies together from bytes, wherever those are cut. Allocates only while it grows.
class ReplyReader {
 public:
  ReplyReader();
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  void feed(std::string_view bytes);

  /// The next whole reply, valid until the next call; null if more bytes are needed. Throws
  /// std::runtime_error that says what is malformed; the reader is of no use after that.
  const Reply* next();

 private:
  struct Parser;

  std::unique_ptr<Parser> parser_;
};

}  // namespace tubes::redis

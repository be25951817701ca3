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
  enum class Kind { status, error, integer, bulk, too_long, nil, array };
  Kind kind = Kind::nil;
  std::string text;          ///< of a status, error or bulk
  std::int64_t integer = 0;  ///< also the size of a bulk that is too long, which is not kept

  /// Bytes of a bulk, whether it was kept or not.
  std::size_t size() const noexcept {
    return kind == Kind::too_long ? static_cast<std::size_t>(integer) : text.size();
  }
};

/// One whole reply: the value, and the elements if it is an array (pub/sub nests no deeper).
struct Reply {
  Value value;
  std::span<const Value> elements;
};

/// Puts replies together from bytes, wherever those are cut. Allocates only while it grows, and
/// gives back what a large reply needed.
class ReplyReader {
 public:
  static constexpr std::size_t redis_limit = 512 << 20;  ///< proto-max-bulk-len of Redis

  /// Passes over a bulk of more bytes than `longest_bulk`, without holding them.
  explicit ReplyReader(std::size_t longest_bulk = redis_limit);
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

#include <algorithm>
#include <array>
#include <charconv>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include <hiredis/read.h>

#include <tubes/transports/redis/resp.hpp>

namespace tubes::redis {
namespace {

constexpr std::size_t kMostElements = 16;       // a message has 4
constexpr std::size_t kLongestLine = 64 << 10;  // bytes
constexpr std::size_t kMostKept = 256 << 10;    // bytes of a buffer that is empty
constexpr const char* kNoEnd = "a line that does not end";

void append_length(std::string& out, char sign, std::size_t length) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), length).ptr;
  out += sign;
  out.append(digits.data(), end);
  out += "\r\n";
}

Value::Kind kind_of(const redisReadTask& task) {
  if (task.type == REDIS_REPLY_ERROR) return Value::Kind::error;
  if (task.type == REDIS_REPLY_STATUS) return Value::Kind::status;
  return Value::Kind::bulk;
}

/// What kind of reply hiredis is in; newer ones keep their tasks elsewhere.
template <class Reader>
int task_type(const Reader& reader) {
  if constexpr (requires { reader.rstack; })
    return reader.rstack[reader.ridx].type;
  else
    return reader.task[reader.ridx]->type;
}

}  // namespace

void append_command(std::string& out, std::initializer_list<std::string_view> arguments) {
  append_length(out, '*', arguments.size());
  for (const auto argument : arguments) {
    append_length(out, '$', argument.size());
    out += argument;
    out += "\r\n";
  }
}

/// hiredis calls the create functions as it parses; they fill one reply that is used again and
/// again. Views into hiredis's own buffer would not do: it moves the buffer before it hands over.
struct ReplyReader::Parser {
  explicit Parser(std::size_t longest_bulk) : longest(longest_bulk) { renew(); }
  ~Parser() { redisReaderFree(reader); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  const std::size_t longest;
  redisReader* reader = nullptr;
  Reply reply;
  std::vector<Value> elements;          // never shrinks, so that its strings keep their memory
  std::size_t count = 0;                // of elements that are there
  std::size_t expected = 0;             // of elements of the array
  std::size_t to_skip = 0;              // bytes that follow of a bulk that is too long
  std::optional<std::int64_t> skipped;  // its size; the next nil stands for it
  const char* fault = nullptr;
  bool handed_over = false;

  static Parser& of(const redisReadTask* task) { return *static_cast<Parser*>(task->privdata); }

  static Value& fill(const redisReadTask* task, Value::Kind kind) {
    Value& value = of(task).place_for(*task);
    value.kind = kind;
    value.text.clear();  // it may have been another value before
    return value;
  }

  static void* create_string(const redisReadTask* task, char* bytes, std::size_t size) {
    const auto kind = kind_of(*task);
    if (kind != Value::Kind::bulk && size > kLongestLine) return refuse(task, kNoEnd);
    if (kind == Value::Kind::bulk && size > of(task).longest) return too_long(task, size);
    Value& value = fill(task, kind);
    value.text.assign(bytes, size);
    return &value;
  }
  template <class Count>  // int before hiredis 1.0, size_t since
  static void* create_array(const redisReadTask* task, Count size) {
    if (task->parent != nullptr) return refuse(task, "an array within an array");
    if (static_cast<std::size_t>(size) > kMostElements)
      return refuse(task, "an array of too many elements");
    of(task).expected = of(task).count + static_cast<std::size_t>(size);
    return &fill(task, Value::Kind::array);
  }
  static void* create_integer(const redisReadTask* task, long long integer) {
    Value& value = fill(task, Value::Kind::integer);
    value.integer = integer;
    return &value;
  }
  static void* create_nil(const redisReadTask* task) {
    if (const auto size = std::exchange(of(task).skipped, std::nullopt))
      return too_long(task, static_cast<std::size_t>(*size));
    return &fill(task, Value::Kind::nil);
  }
  static void free_object(void*) {}

  static void* too_long(const redisReadTask* task, std::size_t size) {
    Value& value = fill(task, Value::Kind::too_long);
    value.integer = static_cast<std::int64_t>(size);
    return &value;
  }
  /// Ends the parsing: no object is an error to hiredis.
  static void* refuse(const redisReadTask* task, const char* why) {
    of(task).fault = why;
    return nullptr;
  }

  Value& place_for(const redisReadTask& task) {
    if (task.parent == nullptr) return reply.value;
    if (count == elements.size()) elements.emplace_back();
    return elements[count++];
  }

  void start_over() {
    give_back(reply.value);
    for (Value& element : std::span(elements).first(count)) give_back(element);
    reply.value.kind = Value::Kind::nil;
    count = 0;
    handed_over = false;
  }
  static void give_back(Value& value) {
    if (value.text.capacity() > kMostKept) value.text = std::string();
  }

  void renew() {
    static redisReplyObjectFunctions functions = [] {
      redisReplyObjectFunctions f{};
      f.createString = Parser::create_string;
      f.createArray = Parser::create_array;
      f.createInteger = Parser::create_integer;
      f.createNil = Parser::create_nil;
      f.freeObject = Parser::free_object;
      return f;
    }();
    redisReaderFree(std::exchange(reader, redisReaderCreateWithFunctions(&functions)));
    if (reader == nullptr) throw std::bad_alloc();
    reader->privdata = this;
    reader->maxbuf = kMostKept;
  }

  /// If hiredis waits for the rest of a bulk that is too long: makes it go on behind that.
  bool pass_over() {
    const std::string_view rest(reader->buf + reader->pos, reader->len - reader->pos);
    const auto line = rest.substr(0, rest.find("\r\n"));
    if (line.size() > kLongestLine) throw std::runtime_error(kNoEnd);
    if (line.size() == rest.size() || task_type(*reader) != REDIS_REPLY_STRING) return false;
    std::size_t size = 0;
    std::from_chars(line.data(), line.data() + line.size(), size);
    if (size <= longest) return false;
    to_skip = size + 2 - (rest.size() - line.size() - 2);
    skipped = static_cast<std::int64_t>(size);
    replace_by_nil();
    return true;
  }

  /// hiredis cannot skip: another one reads a nil and what is still to come of the array.
  void replace_by_nil() {
    std::string instead;
    if (reader->ridx > 0) append_length(instead, '*', expected - count);
    instead += "$-1\r\n";
    renew();
    redisReaderFeed(reader, instead.data(), instead.size());
  }
};

ReplyReader::ReplyReader(std::size_t longest_bulk)
    : parser_(std::make_unique<Parser>(longest_bulk)) {}

ReplyReader::~ReplyReader() = default;

void ReplyReader::feed(std::string_view bytes) {
  const auto skipped = std::min(parser_->to_skip, bytes.size());
  parser_->to_skip -= skipped;
  bytes.remove_prefix(skipped);
  if (!bytes.empty()) redisReaderFeed(parser_->reader, bytes.data(), bytes.size());
}

const Reply* ReplyReader::next() {
  if (parser_->handed_over) parser_->start_over();
  void* whole = nullptr;
  const bool good = redisReaderGetReply(parser_->reader, &whole) == REDIS_OK;
  if (parser_->fault != nullptr) throw std::runtime_error(parser_->fault);
  if (!good) throw std::runtime_error(parser_->reader->errstr);
  if (whole == nullptr) return parser_->pass_over() ? next() : nullptr;
  parser_->handed_over = true;
  parser_->reply.elements = std::span(parser_->elements).first(parser_->count);
  return &parser_->reply;
}

}  // namespace tubes::redis

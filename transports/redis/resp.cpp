#include <array>
#include <charconv>
#include <new>
#include <stdexcept>

#include <hiredis/read.h>

#include <tubes/transports/redis/resp.hpp>

namespace tubes::redis {
namespace {

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
  redisReader* reader = nullptr;
  Reply reply;
  std::vector<Value> elements;  // never shrinks, so that its strings keep their memory
  std::size_t count = 0;
  bool nested = false;
  bool handed_over = false;

  static Parser& of(const redisReadTask* task) { return *static_cast<Parser*>(task->privdata); }

  static Value& fill(const redisReadTask* task, Value::Kind kind) {
    Value& value = of(task).place_for(*task);
    value.kind = kind;
    value.text.clear();  // it may have been another value before
    return value;
  }

  static void* create_string(const redisReadTask* task, char* bytes, std::size_t size) {
    Value& value = fill(task, kind_of(*task));
    value.text.assign(bytes, size);
    return &value;
  }
  template <class Count>  // int before hiredis 1.0, size_t since
  static void* create_array(const redisReadTask* task, Count) {
    if (task->parent != nullptr) of(task).nested = true;
    return &fill(task, Value::Kind::array);
  }
  static void* create_integer(const redisReadTask* task, long long integer) {
    Value& value = fill(task, Value::Kind::integer);
    value.integer = integer;
    return &value;
  }
  static void* create_nil(const redisReadTask* task) { return &fill(task, Value::Kind::nil); }
  static void free_object(void*) {}

  Value& place_for(const redisReadTask& task) {
    if (task.parent == nullptr) return reply.value;
    if (count == elements.size()) elements.emplace_back();
    return elements[count++];
  }

  void start_over() {
    reply.value.kind = Value::Kind::nil;
    count = 0;
    handed_over = false;
  }
};

ReplyReader::ReplyReader() : parser_(std::make_unique<Parser>()) {
  static redisReplyObjectFunctions functions = [] {
    redisReplyObjectFunctions f{};
    f.createString = Parser::create_string;
    f.createArray = Parser::create_array;
    f.createInteger = Parser::create_integer;
    f.createNil = Parser::create_nil;
    f.freeObject = Parser::free_object;
    return f;
  }();
  parser_->reader = redisReaderCreateWithFunctions(&functions);
  if (parser_->reader == nullptr) throw std::bad_alloc();
  parser_->reader->privdata = parser_.get();
  parser_->reader->maxbuf = 0;  // keep the buffer: by default an emptied one is freed each time
}

ReplyReader::~ReplyReader() {
  redisReaderFree(parser_->reader);
}

void ReplyReader::feed(std::string_view bytes) {
  redisReaderFeed(parser_->reader, bytes.data(), bytes.size());
}

const Reply* ReplyReader::next() {
  if (parser_->handed_over) parser_->start_over();
  void* whole = nullptr;
  const bool good = redisReaderGetReply(parser_->reader, &whole) == REDIS_OK;
  if (parser_->nested) throw std::runtime_error("an array within an array");
  if (!good) throw std::runtime_error(parser_->reader->errstr);
  if (whole == nullptr) return nullptr;
  parser_->handed_over = true;
  parser_->reply.elements = std::span(parser_->elements).first(parser_->count);
  return &parser_->reply;
}

}  // namespace tubes::redis

#include <cstdint>
#include <random>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include <tubes/proto/codec.hpp>

using namespace tubes;

namespace {

/// Makes messages whose texts are any Unicode, from a seed.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(engine_);
  }

  std::string text() {
    constexpr std::string_view pieces[] = {"a",
                                           " ",
                                           "\"",
                                           "\\",
                                           "\n",
                                           "\x01",
                                           "\x7F",
                                           "é",
                                           "日",
                                           "🚇",
                                           "\u2028",
                                           "{}",
                                           std::string_view("\0", 1)};
    std::string out;
    for (std::size_t n = below(8); n > 0; --n) out += pieces[below(std::size(pieces))];
    return out;
  }

  void fill(std::string& value) { value = text(); }
  void fill(std::vector<std::string>& values) {
    for (std::size_t n = below(4); n > 0; --n) values.push_back(text());
  }
  void fill(bool& flag) { flag = below(2) == 1; }
  void fill(std::uint64_t& number) { number = this->number() >> below(64); }
  void fill(in::Nicks& nicks) {
    std::set<std::string> seen;
    for (std::size_t n = below(4); n > 0; --n) {
      const std::string nick = text();
      if (seen.insert(nick).second) nicks.emplace_back(nick, text());
    }
  }

  template <Described T>
  T message() {
    T message;
    for_each_field<T>([&](const auto& field) { fill(message.*field.member); });
    return message;
  }

  Meta meta() {
    if (below(3) == 0) return {};
    return {"p" + text(), number()};
  }

 private:
  std::uint64_t number() { return std::uniform_int_distribution<std::uint64_t>()(engine_); }

  std::mt19937 engine_;
};

void check_round_trip(Role role, const Envelope& envelope) {
  for (const WireFormat format : {WireFormat::json, WireFormat::protobuf}) {
    const Decoded decoded = decode(role, encode(envelope, format));
    REQUIRE_MESSAGE(decoded.envelope, decoded.why);
    REQUIRE(*decoded.envelope == envelope);
  }
}

template <class Types>
void check_types(Role role, Types types, Random& random) {
  for_each_type(types, [&]<class T>(std::type_identity<T>) {
    CAPTURE(T::type);
    for (int n = 0; n < 200; ++n) {
      check_round_trip(role, {random.message<T>(), random.meta(), {}});
    }
  });
}

}  // namespace

TEST_CASE("what is decoded is what was encoded, for any message in both formats") {
  Random random(20'120'401);
  check_types(Role::in, in::Types{}, random);
  check_types(Role::out, out::Types{}, random);
  check_types(Role::receipts, receipts::Types{}, random);
}

TEST_CASE("what is decoded is what was encoded, for types without a description") {
  Random random(20'120'402);
  for (int n = 0; n < 200; ++n) {
    check_round_trip(Role::in,
                     {UnknownType{"x" + random.text(), R"({"n":[1.0,null]})"}, random.meta(), {}});
    check_round_trip(Role::in, {UnknownType{"x" + random.text(), ""}, random.meta(), {}});
    check_round_trip(Role::web_in, {WebIn{random.text(), R"({"payload":"{\"a\":1}"})"}, {}, {}});
  }
}

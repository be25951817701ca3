#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

void retained_refused(Stage& stage) {
  const Member bus(stage);
  const auto code_of = [](auto call) { return error_of(call).code(); };
  EXPECT_EQUAL(code_of([&] { bus->put("key", "value"); }), ErrorCode::unsupported);
  EXPECT_EQUAL(code_of([&] { bus->get("key"); }), ErrorCode::unsupported);
  EXPECT_EQUAL(code_of([&] { bus->remove("key"); }), ErrorCode::unsupported);
}

void block_refused(Stage& stage) {
  const Member bus(stage);
  EXPECT(!bus->capabilities().block);
  const auto error = error_of(
      [&] { (void)bus->subscribe("in", [](const Delivery&) {}, {.overflow = Overflow::block}); });
  EXPECT_EQUAL(error.code(), ErrorCode::unsupported);
}

}  // namespace

std::vector<Promise> undeclared() {
  return {
      {"What a transport cannot do is a clear error at the call",
       {{"retained values are refused where the transport has none",
         retained_refused,
         {Need::no_retained}},
        {"an inbox that blocks is refused where the transport cannot block",
         block_refused,
         {Need::no_block}}}},
  };
}

}  // namespace tubes::conformance

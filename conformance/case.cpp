#include <tubes/conformance/case.hpp>
#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

constexpr std::size_t mebibyte = 1 << 20;

bool is_met(Need need, const Stage& stage) {
  const auto& bus = stage.capabilities();
  switch (need) {
    case Need::death:
      return stage.description().can_die;
    case Need::freezing:
      return stage.description().can_freeze;
    case Need::retained:
      return bus.retained;
    case Need::no_retained:
      return !bus.retained;
    case Need::block:
      return bus.block;
    case Need::no_block:
      return !bus.block;
    case Need::own_thread:
      return !bus.inline_dispatch;
    case Need::inline_dispatch:
      return bus.inline_dispatch;
    case Need::no_duplicates:
      return bus.no_duplicates;
    case Need::mebibyte:
      return bus.max_payload == 0 || bus.max_payload >= mebibyte;
  }
  return false;
}

const char* name(Need need) {
  switch (need) {
    case Need::death:
      return "a backend that can be killed";
    case Need::freezing:
      return "a backend that can be frozen";
    case Need::retained:
      return "retained values";
    case Need::no_retained:
      return "a transport without retained values";
    case Need::block:
      return "Overflow::block";
    case Need::no_block:
      return "a transport without Overflow::block";
    case Need::own_thread:
      return "handlers on a thread of their own";
    case Need::inline_dispatch:
      return "handlers on the publishing thread";
    case Need::no_duplicates:
      return "a transport that never delivers twice";
    case Need::mebibyte:
      return "payloads of 1 MiB";
  }
  return "?";
}

}  // namespace

std::string unmet(const Case& a_case, Stage& stage) {
  for (const auto need : a_case.needs)
    if (!is_met(need, stage)) return std::string("needs ") + name(need);
  return {};
}

const std::vector<Promise>& promises() {
  static const std::vector<Promise> all = [] {
    std::vector<Promise> chapters;
    for (const auto chapter : {meeting, subscribing, publishing, deliveries, handlers, timers,
                               events, closing, retained, undeclared, absence, outage, gaps})
      for (auto& promise : chapter()) chapters.push_back(std::move(promise));
    return chapters;
  }();
  return all;
}

}  // namespace tubes::conformance

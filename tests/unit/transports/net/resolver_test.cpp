#include <future>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/transports/net/resolver.hpp>

using tubes::net::Resolver;
using Addresses = std::vector<std::string>;

namespace {

/// A look-up that hangs until it is let go, and does not outlive the test.
struct Hanging {
  std::binary_semaphore started{0}, let_go{0}, ended{0};
  int looked_up = 0;

  Addresses operator()(const std::string&) {
    ++looked_up;
    started.release();
    let_go.acquire();
    ended.release();
    return {"192.0.2.1"};
  }
};

Resolver::Answer answer_to(const std::string& host, tubes::net::Lookup lookup) {
  std::promise<Resolver::Answer> answer;
  Resolver resolver(host, std::move(lookup));
  resolver.start([&](const auto& a) { answer.set_value(a); });
  return answer.get_future().get();
}

}  // namespace

TEST_CASE("a look-up answers with what it found") {
  const auto answer = answer_to("a.example", [](const std::string& host) {
    return Addresses{host == "a.example" ? "192.0.2.1" : "192.0.2.9", "2001:db8::1"};
  });
  CHECK(answer.addresses == Addresses{"192.0.2.1", "2001:db8::1"});
  CHECK(answer.trouble.empty());
}

TEST_CASE("a look-up that fails, or finds nothing, says why") {
  CHECK(answer_to("h", [](const auto&) -> Addresses {
          throw std::runtime_error("no such name");
        }).trouble == "no such name");
  CHECK(answer_to("h", [](const auto&) { return Addresses{}; }).trouble ==
        "the name has no address");
}

TEST_CASE("a look-up that hangs is waited for by nobody, and its answer is forgotten") {
  Hanging hanging;
  bool answered = false;
  {
    Resolver resolver("h", std::ref(hanging));
    resolver.start([&](const auto&) { answered = true; });
    hanging.started.acquire();
  }  // this would not end, if it waited
  hanging.let_go.release();
  hanging.ended.acquire();
  CHECK_FALSE(answered);
}

TEST_CASE("who asks while a look-up hangs waits for that one: there is no second") {
  Hanging hanging;
  std::promise<std::string> later;
  Resolver resolver("h", std::ref(hanging));
  bool earlier = false;
  resolver.start([&](const auto&) { earlier = true; });
  hanging.started.acquire();
  resolver.cancel();
  resolver.start([&](const auto& answer) { later.set_value(answer.addresses.at(0)); });
  hanging.let_go.release();
  CHECK(later.get_future().get() == "192.0.2.1");
  CHECK_FALSE(earlier);
  CHECK(hanging.looked_up == 1);
}

TEST_CASE("numbers stand for themselves in the system's look-up") {
  CHECK(tubes::net::system_lookup("127.0.0.1") == Addresses{"127.0.0.1"});
  CHECK(tubes::net::system_lookup("::1") == Addresses{"::1"});
}

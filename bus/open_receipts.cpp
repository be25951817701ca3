#include <algorithm>
#include <atomic>
#include <sstream>
#include <utility>

#include <tubes/bus/each_in_turn.hpp>
#include <tubes/bus/open_receipts.hpp>

namespace tubes {
namespace {

constexpr std::int64_t most_ticks = 16;

/// Clients on one bus share its id, so the numbers are the process's.
std::string new_id(const Bus& bus) {
  static std::atomic<std::uint64_t> last{0};
  return bus.id() + "-" + std::to_string(++last);
}

Receipt unknown(const std::string& id, const std::string& network, std::string_view code,
                std::string reason) {
  return {.id = id,
          .state = std::string(receipts::unknown),
          .network = network,
          .code = std::string(code),
          .reason = std::move(reason)};
}

}  // namespace

/// What Bus::after runs. A bus that closes destroys it instead: nothing will come any more.
class OpenReceipts::Tick {
 public:
  explicit Tick(std::weak_ptr<OpenReceipts> of) : of_(std::move(of)) {}
  Tick(const Tick&) = delete;
  ~Tick() {
    if (const auto receipts = of_.lock(); receipts && !ran_) receipts->end_of_ticks();
  }
  void run() {
    ran_ = true;
    if (const auto receipts = of_.lock()) receipts->tick();
  }

 private:
  const std::weak_ptr<OpenReceipts> of_;
  bool ran_ = false;
};

OpenReceipts::OpenReceipts(Bus& bus, Milliseconds timeout, std::size_t most)
    : bus_(bus),
      timeout_(std::max(timeout, Milliseconds{1})),
      tick_length_((timeout_.count() + most_ticks - 1) / most_ticks),
      ticks_(static_cast<std::uint64_t>((timeout_.count() + tick_length_.count() - 1) /
                                        tick_length_.count())),
      most_(most) {}

std::string OpenReceipts::open(const std::string& network, Listeners listeners) {
  if (!listeners.ended)
    throw Error(ErrorCode::invalid_argument, "the handler of a receipt must be callable");
  return add({network, std::move(listeners), nullptr});
}

PendingReceipt OpenReceipts::open(const std::string& network) {
  const auto promise = std::make_shared<std::promise<Receipt>>();
  auto ending = promise->get_future().share();
  auto id = add({network, {}, promise});
  return {std::move(id), std::move(ending), bus_.capabilities().inline_dispatch};
}

std::string OpenReceipts::add(Open open) {
  auto id = new_id(bus_);
  std::unique_lock lock(mutex_);
  if (open_.size() >= most_)
    throw Error(ErrorCode::outbox_full,
                std::to_string(most_) +
                    " messages wait for their receipts: say less at once, or raise "
                    "ClientOptions::most_receipts");
  const bool first = !std::exchange(ticking_, true);
  // The first one's time begins with a tick, that of others somewhere in one.
  open.opened = first ? now_ : now_ + 1;
  open_.emplace(id, std::move(open));
  lock.unlock();
  if (first) start_ticking();
  return id;
}

/// If this throws the tick is destroyed, and so ends what is open.
void OpenReceipts::start_ticking() {
  const auto tick = std::make_shared<Tick>(weak_from_this());
  bus_.after(tick_length_, [tick] { tick->run(); });
}

void OpenReceipts::forget(const std::string& id) {
  std::lock_guard lock(mutex_);
  open_.erase(id);
}

void OpenReceipts::received(const Receipt& receipt) {
  const bool queued = receipt.state == receipts::queued;
  if (!queued && !receipts::is_ending(receipt.state)) return;
  std::unique_lock lock(mutex_);
  const auto found = open_.find(receipt.id);
  if (found == open_.end()) return;
  if (queued) {
    const auto handler = note_queued(found->second, receipt);
    lock.unlock();
    return tell(handler, receipt);
  }
  auto open = std::move(found->second);
  open_.erase(found);
  lock.unlock();
  end(open, receipt);
}

/// Who is to be told of it.
ReceiptHandler OpenReceipts::note_queued(Open& open, const Receipt& receipt) {
  open.queued = true;
  if (open.network.empty()) open.network = receipt.network;
  return std::exchange(open.listeners.queued, {});
}

void OpenReceipts::end(Open& open, const Receipt& receipt) {
  if (open.promise) open.promise->set_value(receipt);
  tell(open.listeners.ended, receipt);
}

void OpenReceipts::tick() {
  std::unique_lock lock(mutex_);
  ++now_;
  auto overdue = take_overdue();
  ticking_ = !closed_ && !open_.empty();
  const bool goes_on = ticking_;
  lock.unlock();
  EachInTurn each;
  if (goes_on) each([this] { start_ticking(); });
  for (auto& late : overdue)
    each([&] {
      auto& [id, open] = late;
      end(open, unknown(id, open.network, "timeout", too_late(open)));
    });
  each.done();
}

OpenReceipts::ById OpenReceipts::take_overdue() {
  ById overdue;
  for (auto each = open_.begin(); each != open_.end();) {
    const auto here = each++;
    if (now_ >= here->second.opened + ticks_) overdue.insert(open_.extract(here));
  }
  return overdue;
}

std::string OpenReceipts::too_late(const Open& open) const {
  std::ostringstream text;
  text << "no " << (open.queued ? "ending" : "receipt") << " came within "
       << static_cast<double>(timeout_.count()) / 1'000 << " s: "
       << (open.queued ? "the bridge has it (queued); it may still be said"
                       : "is there a bridge that gives them?");
  return std::move(text).str();
}

void OpenReceipts::end_of_ticks() {
  std::unique_lock lock(mutex_);
  ticking_ = false;
  const auto left = std::exchange(open_, {});
  lock.unlock();
  for (const auto& [id, open] : left)
    if (open.promise)
      open.promise->set_value(unknown(id, open.network, "closed", "nobody waits for it any more"));
}

void OpenReceipts::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  lock.unlock();
  end_of_ticks();
  lock.lock();
  told_.wait(lock, [this] {
    return telling_ == std::thread::id{} || telling_ == std::this_thread::get_id();
  });
}

/// Calls the handler, unless nobody is to be told any more.
void OpenReceipts::tell(const ReceiptHandler& handler, const Receipt& receipt) {
  if (!handler) return;
  std::unique_lock lock(mutex_);
  if (closed_) return;
  telling_ = std::this_thread::get_id();
  lock.unlock();
  EachInTurn each;
  each([&] { handler(receipt); });
  lock.lock();
  telling_ = {};
  told_.notify_all();
  lock.unlock();
  each.done();
}

}  // namespace tubes

#include <algorithm>
#include <utility>

#include <tubes/bus/engine/link.hpp>
#include <tubes/bus/engine/own_topics.hpp>

namespace tubes {
namespace {

constexpr std::size_t largest_batch = 512;
constexpr Milliseconds longest_poll{1'000};
constexpr Milliseconds time_for_own{500};  // on closing

}  // namespace

Link::Link(std::unique_ptr<Driver> driver, Parts parts, const BusOptions& options, Clock& clock,
           const Wiring& wiring)
    : driver_(std::move(driver)),
      parts_(std::move(parts)),
      options_(options),
      clock_(clock),
      inline_io_(wiring.inline_io),
      backoff_(options.backoff_first, options.backoff_longest, wiring.seed),
      trouble_("connecting to " + driver_->address()) {
  state_deadline_ = clock_.now().count();
  clock_.add(*this);
  if (inline_io_)
    wake();
  else
    thread_ = std::thread([this] { loop(); });
}

Link::~Link() {
  clock_.remove(*this);
  stop(Deadline{});
  if (thread_.joinable()) thread_.join();
}

void Link::wake() noexcept {
  if (inline_io_) {
    std::lock_guard lock(inline_mutex_);
    if (!done_) step();
    return;
  }
  if (woken_.exchange(true)) return;
  driver_->wake();
  std::lock_guard lock(mutex_);
  idle_.notify_one();
}

void Link::stop(Deadline deadline) {
  {
    const auto at = deadline.time_since_epoch().count();
    std::lock_guard lock(mutex_);
    if (!stopping_ || at < stop_at_) stop_at_ = at;
    stopping_ = true;
  }
  wake();
  if (!inline_io_) return;
  std::lock_guard lock(inline_mutex_);
  if (!done_) finish();
}

void Link::wait_until_finished(Deadline deadline) {
  std::unique_lock lock(mutex_);
  finished_.wait_until(lock, deadline, [&] { return done_.load(); });
}

Milliseconds Link::connected_for() const noexcept {
  if (!connected()) return Milliseconds::zero();
  return std::chrono::duration_cast<Milliseconds>(clock_.now() - Clock::Time(up_since_));
}

std::string Link::trouble() const {
  std::lock_guard lock(mutex_);
  return trouble_;
}

void Link::loop() {
  while (!should_finish()) {
    woken_ = false;
    step();
    poll();
  }
  finish();
}

bool Link::should_finish() {
  if (!stopping_) return false;
  const auto now = std::chrono::steady_clock::now();
  if (parts_.outbox.drained() || now.time_since_epoch().count() >= stop_at_) return true;
  if (parts_.outbox.owing()) return false;
  // A backend that does not take a mere farewell does not keep a bus open.
  const auto limit = (now + time_for_own).time_since_epoch().count();
  if (std::exchange(only_own_left_, true)) return false;
  stop_at_ = std::min(stop_at_.load(), limit);
  return false;
}

void Link::finish() {
  driver_->disconnect();
  up_ = false;
  parts_.outbox.disconnected();
  parts_.outbox.discard();
  std::lock_guard lock(mutex_);
  done_ = true;
  finished_.notify_all();
}

/// Whatever a driver throws means that the connection is gone.
void Link::guarded(void (Link::*action)()) {
  try {
    (this->*action)();
  } catch (const std::exception& error) {
    lost(error.what());
  } catch (...) {
    lost(driver_->address() + " threw something that is no std::exception");
  }
}

void Link::step() {
  guarded(&Link::advance);
  if (!inline_io_ || state_ == State::idle) return;
  guarded(&Link::poll_driver);
  guarded(&Link::advance);  // what the driver brought may have made more possible
}

void Link::advance() {
  if (state_ == State::idle && due()) begin_connect();
  if (state_ == State::connecting && due())
    lost(driver_->address() + " did not answer within " +
         std::to_string(options_.connect_timeout.count()) + " ms; is it running?");
  if (state_ != State::up) return expire();
  apply_filters();
  start_calls();
  parts_.outbox.push_due_heartbeat();
  if (parts_.filters.settled()) send_waiting();
}

/// Whether the time of the state is over: to wait before connecting, or to connect.
bool Link::due() const {
  return clock_.now().count() >= state_deadline_;
}

void Link::begin_connect() {
  state_ = State::connecting;
  state_deadline_ = (clock_.now() + options_.connect_timeout).count();
  driver_->connect(*this);
}

void Link::apply_filters() {
  for (const auto& [filter, wanted] : parts_.filters.take_changes())
    wanted ? driver_->subscribe(filter) : driver_->unsubscribe(filter);
}

void Link::start_calls() {
  for (const auto& call : parts_.calls.take_unsent()) driver_->call(call);
}

void Link::send_waiting() {
  do {
    parts_.outbox.front(batch_, largest_batch);
    const auto taken = batch_.empty() ? 0 : driver_->send(batch_);
    parts_.outbox.sent(taken);
    // A driver that did not take all wakes up by itself; one that did may have more to take.
    more_to_send_ = taken > 0 && taken == batch_.size();
  } while (more_to_send_ && inline_io_);
}

void Link::expire() {
  if (const auto count = parts_.outbox.expire())
    parts_.events.emit(Event::Kind::expired, driver_->address(), count);
}

void Link::poll() {
  if (state_ == State::idle)
    wait_idle();
  else
    guarded(&Link::poll_driver);
}

void Link::poll_driver() {
  driver_->poll(more_to_send_ || inline_io_ ? Milliseconds{0} : next_wait());
}

void Link::wait_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait_for(lock, next_wait(), [&] { return woken_.load(); });
}

/// Until something has to be done although nobody woke us up.
Milliseconds Link::next_wait() const {
  auto wait = std::chrono::duration_cast<Clock::Time>(longest_poll);
  if (const auto deadline = next_deadline_of_state())
    wait = std::min(wait, clock_.real_time_until(*deadline));
  if (stopping_) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    wait = std::min(wait, std::max(Clock::Time::zero(), Clock::Time(stop_at_) - now));
  }
  return std::chrono::ceil<Milliseconds>(wait);
}

std::optional<Clock::Time> Link::next_deadline_of_state() const {
  if (up_) return parts_.outbox.next_heartbeat();
  const Clock::Time state{state_deadline_};
  return std::min(state, parts_.outbox.next_expiry().value_or(state));
}

void Link::lost(const std::string& why) {
  driver_->disconnect();
  // A backend that lets us in and breaks soon after is not asked again and again without a pause.
  if (up_ && clock_.now() - Clock::Time(up_since_) >= options_.backoff_longest) backoff_.reset();
  state_ = State::idle;
  const bool was_up = up_.exchange(false);
  more_to_send_ = false;
  state_deadline_ = (clock_.now() + backoff_.next()).count();
  {
    std::lock_guard lock(mutex_);
    trouble_ = why;
  }
  if (was_up) parts_.pulses.away();
  parts_.filters.disconnected();
  const auto unconfirmed = parts_.outbox.disconnected();
  parts_.events.emit(Event::Kind::disconnected, why);
  if (unconfirmed > 0)
    parts_.events.emit(Event::Kind::unconfirmed, driver_->address(), unconfirmed);
}

void Link::connected() {
  state_ = State::up;
  up_since_ = clock_.now().count();
  up_ = true;
  {
    std::lock_guard lock(mutex_);
    trouble_ = driver_->address() + " does not answer";
  }
  parts_.outbox.connected();
  parts_.filters.connected();
  parts_.calls.connected();
  parts_.events.emit(Event::Kind::connected, driver_->address());
}

void Link::subscribed(const std::string& filter) {
  report(filter, parts_.filters.live(filter));
}

void Link::refused(const std::string& filter, std::string_view why) {
  const auto news = parts_.filters.refused(filter, why);
  const bool told = news.refused && is_own(filter) && !told_own_refused_.insert(filter).second;
  if (news.refused && !told)
    parts_.events.emit(Event::Kind::refused, filter + ": " + std::string(why), 1);
  report(filter, news);
}

void Link::want(const Filter& filter, bool announce) {
  report(filter.text(), parts_.filters.add(filter, announce));
  wake();
}

void Link::unwant(const Filter& filter) {
  report(filter.text(), parts_.filters.remove(filter));
  wake();
}

void Link::report(const std::string& filter, const Filters::News& news) {
  if (news.live) parts_.pulses.live(filter);
  if (news.announce) parts_.events.emit(Event::Kind::subscribed, filter);
  if (news.resubscribed > 0)
    parts_.events.emit(Event::Kind::resubscribed, driver_->address(), news.resubscribed);
}

void Link::received(std::string_view topic, std::string_view payload, std::string_view filter) {
  if (is_own(topic)) return received_own(topic, payload);
  if (payload.size() > options_.max_payload) return too_large(topic, payload.size());
  parts_.inboxes.deliver(topic, payload, filter);
}

void Link::received_own(std::string_view topic, std::string_view payload) {
  if (topic == heartbeat_topic) parts_.pulses.beat(payload);
  if (topic == stats_topic && options_.answer_stats && parts_.questions.asked(payload))
    parts_.on_question();
  if (topic == parts_.questions.reply_topic()) parts_.questions.answered(payload);
}

void Link::too_large(std::string_view topic, std::size_t size) {
  parts_.events.emit(Event::Kind::too_large,
                     std::string(topic) + ": " + std::to_string(size) +
                         " bytes are over max_payload (" + std::to_string(options_.max_payload) +
                         "); publish less at once, or raise it on all buses",
                     1);
}

void Link::accepted(std::size_t count) {
  parts_.outbox.accepted(count);
}

void Link::rejected(std::string_view why) {
  if (parts_.outbox.rejected())
    parts_.events.emit(Event::Kind::rejected, std::string(why), 1);
  else if (!std::exchange(told_own_rejected_, true))
    parts_.events.emit(Event::Kind::rejected, "a message of the bus's own: " + std::string(why));
}

void Link::answered(std::uint64_t id, std::optional<std::string> value) {
  if (value && value->size() > options_.max_payload)
    return failed(
        id, Error(ErrorCode::payload_too_large, "the value has " + std::to_string(value->size()) +
                                                    " bytes, more than max_payload (" +
                                                    std::to_string(options_.max_payload) + ")"));
  parts_.calls.finish(id, std::move(value));
}

void Link::failed(std::uint64_t id, const Error& error) {
  parts_.calls.fail(id, error);
}

std::optional<Clock::Time> Link::next_deadline() {
  return next_deadline_of_state();
}

void Link::time_changed() {
  wake();
  parts_.dispatcher.run();  // inline: what came is handled at the time it came
}

}  // namespace tubes

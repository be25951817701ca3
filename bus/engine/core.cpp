#include <algorithm>
#include <random>

#include <tubes/bus/engine/core.hpp>
#include <tubes/bus/engine/own_topics.hpp>
#include <tubes/bus/engine/owned.hpp>

namespace tubes {
namespace {

/// What the I/O thread may take, once its deadline is over, to count what is left.
constexpr Milliseconds time_to_finish{250};

/// "For ever" as a number of milliseconds would overflow where it is added to a time.
Milliseconds bounded(Milliseconds duration) {
  constexpr Milliseconds longest = std::chrono::hours(24 * 365 * 100);
  return std::clamp(duration, Milliseconds::zero(), longest);
}

BusOptions bounded(BusOptions options, const Capabilities& capabilities) {
  if (capabilities.max_payload > 0)
    options.max_payload = std::min(options.max_payload, capabilities.max_payload);
  for (auto* duration : {&options.outbox_age, &options.publish_timeout, &options.ready_timeout,
                         &options.connect_timeout, &options.backoff_first, &options.backoff_longest,
                         &options.heartbeat})
    *duration = bounded(*duration);
  options.name = options.name.empty() ? program_name() : plain_name(options.name);
  return options;
}

Deadline deadline_in(Milliseconds timeout) {
  return std::chrono::steady_clock::now() + bounded(timeout);
}

/// 128 random bits: no two buses share a name.
std::string random_id() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 4; ++i) {
    const auto word = random();
    for (int shift = 28; shift >= 0; shift -= 4) id += "0123456789abcdef"[(word >> shift) & 15];
  }
  return id;
}

template <class Callable>
void require_callable(const Callable& callable, const char* what) {
  if (!callable) throw Error(ErrorCode::invalid_argument, std::string(what) + " is empty");
}

Clock& clock_of(const BusOptions& options) {
  return options.clock != nullptr ? *options.clock : Clock::system();
}

/// The bus's end of a subscription to a filter or to the events.
template <class Target>
class OwnedBy final : public Subscription::Owned {
 public:
  OwnedBy(std::weak_ptr<Core> core, std::shared_ptr<Target> target)
      : core_(std::move(core)), target_(std::move(target)) {}

  void end(bool wait) noexcept override {
    if (const auto core = core_.lock()) core->end(*target_, wait);
  }

 private:
  std::weak_ptr<Core> core_;
  std::shared_ptr<Target> target_;
};

/// What after() runs.
class Timer final : public Work {
 public:
  Timer(Events& events, std::function<void()> action, const void* owner)
      : Work(owner), events_(events), action_(std::move(action)) {}
  void run() noexcept override {
    if (!events_.closed()) events_.guard(action_);
  }

 private:
  Events& events_;
  std::function<void()> action_;
};

}  // namespace

Core::Core(std::unique_ptr<Driver> driver, const BusOptions& options, const Wiring& wiring)
    : id_(random_id()),
      options_(bounded(options, driver->capabilities())),
      clock_(clock_of(options)),
      opened_at_(clock_.now()),
      inline_io_(wiring.inline_io),
      shares_dispatcher_(wiring.dispatcher != nullptr),
      dispatcher_(shares_dispatcher_
                      ? wiring.dispatcher
                      : std::make_shared<Dispatcher>(clock_, Dispatcher::Mode::thread)),
      events_(*dispatcher_, this),
      outbox_(clock_, options_, id_),
      back_pressure_(wiring.back_pressure),
      inboxes_(*dispatcher_, events_, this, back_pressure_.get()),
      pulses_(*dispatcher_, events_, this),
      questions_(clock_, id_),
      link_(std::move(driver),
            {outbox_, inboxes_, events_, filters_, calls_, pulses_, questions_,
             [this] { question_arrived(); }, *dispatcher_},
            options_, clock_, wiring),
      capabilities_(link_.driver().capabilities()) {
  if (options_.answer_stats) link_.want(Filter::own(stats_topic), false);
}

Core::~Core() {
  shut_down();
}

void Core::check_size(std::string_view what, std::string_view payload) const {
  if (payload.size() > options_.max_payload)
    throw Error(ErrorCode::payload_too_large,
                "the payload for " + std::string(what) + " has " + std::to_string(payload.size()) +
                    " bytes, more than max_payload (" + std::to_string(options_.max_payload) + ")");
}

void Core::refuse_closed() const {
  throw Error(ErrorCode::closed, "the bus on " + link_.driver().address() + " is closed");
}

void Core::refuse_full() const {
  throw Error(ErrorCode::outbox_full, "the outbox is full (" +
                                          std::to_string(options_.outbox_bytes) +
                                          " bytes) and nothing leaves it: " + link_.trouble());
}

Outbox::Wait Core::wait_for_room() const {
  const bool inside_handler = inside();
  // While the bus closes, the handlers that still run may answer; nobody else starts anything.
  if (closing_ && !inside_handler) refuse_closed();
  return inside_handler ? Outbox::Wait::while_connected : Outbox::Wait::until_timeout;
}

bool Core::publish(std::string_view topic, std::string_view payload, bool may_wait) {
  require_topic(topic);
  check_size(topic, payload);
  const auto wait = wait_for_room();
  if (!may_wait && back_pressure_ && back_pressure_->is_full(topic)) return false;
  const auto push = outbox_.push(topic, payload, may_wait ? wait : Outbox::Wait::never);
  return published(push, topic, may_wait);
}

bool Core::publish_numbered(std::string_view topic, const Outbox::Make& make, bool may_wait) {
  require_topic(topic);
  require_callable(make, "the maker of a payload");
  const auto checked = [&](std::uint64_t number) {
    auto payload = make(number);
    check_size(topic, payload);
    return payload;
  };
  const auto wait = wait_for_room();
  if (!may_wait && back_pressure_ && back_pressure_->is_full(topic)) return false;
  const auto push = outbox_.push_numbered(topic, checked, may_wait ? wait : Outbox::Wait::never);
  if (inline_io_ && !capabilities_.inline_dispatch) schedule_heartbeat();
  return published(push, topic, may_wait);
}

/// Where no I/O thread keeps the time.
void Core::schedule_heartbeat() {
  const auto due = outbox_.next_heartbeat();
  if (!due || heartbeat_scheduled_.exchange(true)) return;
  const auto action = [this] {
    heartbeat_scheduled_ = false;
    link_.wake();
    schedule_heartbeat();
  };
  dispatcher_->post_after(std::max(Clock::Time::zero(), *due - clock_.now()),
                          std::make_shared<Timer>(events_, action, this));
}

/// What follows a push.
bool Core::published(Outbox::Push push, std::string_view topic, bool may_wait) {
  if (push == Outbox::Push::closed) refuse_closed();
  if (push == Outbox::Push::full && !may_wait) return false;
  if (push == Outbox::Push::full) refuse_full();
  link_.wake();
  dispatcher_->run();
  if (back_pressure_)
    back_pressure_->hold_back(topic, deadline_in(options_.publish_timeout), closing_);
  return true;
}

/// Whether nobody else does what this bus waits for, and the clock can be moved to where it is
/// done.
bool Core::passes_time() const {
  return capabilities_.inline_dispatch && clock_.moves_by_hand();
}

Patience Core::patience(Milliseconds timeout) const {
  if (passes_time()) return {clock_, clock_.now() + bounded(timeout)};
  return deadline_in(timeout);
}

void Core::flush(Milliseconds timeout) {
  link_.wake();
  const auto result = outbox_.flush(patience(timeout));
  if (result.waiting == 0 && result.lost == 0) return;
  if (closing_) refuse_closed();
  throw Error(ErrorCode::timed_out,
              link_.trouble() + " (not flushed: " + std::to_string(result.waiting) +
                  " messages wait, " + std::to_string(result.lost) + " unconfirmed or lost)");
}

Subscription Core::subscribe(const Filter& filter, Handler handler,
                             const SubscribeOptions& options) {
  if (options.overflow == Overflow::block && !capabilities_.block)
    throw Error(ErrorCode::unsupported, link_.driver().address() +
                                            " cannot make a sender wait for a slow receiver "
                                            "(Overflow::block); use drop_oldest or drop_newest");
  require_callable(handler, "the handler of a subscription");
  if (closing_) refuse_closed();
  const bool background = options.ready == Ready::background;
  auto inbox = inboxes_.add(filter, std::move(handler), options);
  link_.want(filter, background);
  Subscription subscription(std::make_shared<OwnedBy<Inbox>>(weak_from_this(), std::move(inbox)));
  dispatcher_->run();
  if (!background) {
    require_ready(filter);
    wait_for_heartbeats();
  }
  return subscription;
}

/// A publisher that begins now is heard from its first word on. Drivers ask for one filter after
/// the other, so this waits for nothing that is not on its way.
void Core::wait_for_heartbeats() {
  const auto heartbeats = Filter::own(heartbeat_topic);
  if (filters_.wants(heartbeats))
    filters_.wait_until_live(heartbeats, patience(options_.ready_timeout));
}

void Core::require_ready(const Filter& filter) {
  std::string why;
  switch (filters_.wait_until_live(filter, patience(options_.ready_timeout), &why)) {
    case Filters::Live::yes:
      return;
    case Filters::Live::refused:
      throw Error(ErrorCode::refused, link_.driver().address() + " refused the subscription to " +
                                          filter.text() + ": " + why);
    case Filters::Live::closed:
      refuse_closed();
    case Filters::Live::not_yet:
      throw Error(ErrorCode::timed_out, "cannot subscribe to " + filter.text() + " within " +
                                            std::to_string(options_.ready_timeout.count()) +
                                            " ms: " + link_.trouble());
  }
}

Subscription Core::on_event(EventHandler handler) {
  require_callable(handler, "the handler of events");
  if (closing_) refuse_closed();
  return Subscription(std::make_shared<OwnedBy<Events::Listener>>(weak_from_this(),
                                                                  events_.add(std::move(handler))));
}

Subscription Core::on_pulse(PulseHandler handler) {
  require_callable(handler, "the handler of pulses");
  if (closing_) refuse_closed();
  auto listener = pulses_.add(std::move(handler));
  link_.want(Filter::own(heartbeat_topic), false);
  return Subscription(
      std::make_shared<OwnedBy<Pulses::Listener>>(weak_from_this(), std::move(listener)));
}

void Core::after(Milliseconds delay, std::function<void()> action) {
  if (closing_) refuse_closed();
  require_callable(action, "the action of a timer");
  if (capabilities_.inline_dispatch && !clock_.moves_by_hand())
    throw Error(ErrorCode::unsupported,
                "an inline bus has no thread to keep time: give its BusOptions a VirtualClock, or "
                "open it with ?dispatch=thread");
  dispatcher_->post_after(bounded(delay),
                          std::make_shared<Timer>(events_, std::move(action), this));
}

std::optional<std::string> Core::call(RetainedCall::Kind kind, std::string_view key,
                                      std::string_view value) {
  require_topic(key);
  check_size(key, value);
  if (!capabilities_.retained)
    throw Error(ErrorCode::unsupported, link_.driver().address() + " keeps no retained values");
  if (closing_) refuse_closed();
  const auto id = calls_.start({0, kind, std::string(key), std::string(value)});
  link_.wake();
  try {
    return calls_.wait(id, patience(options_.ready_timeout));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::closed) refuse_closed();
    if (error.code() != ErrorCode::timed_out) throw;
    throw Error(ErrorCode::timed_out,
                "no answer about the retained value " + std::string(key) + " within " +
                    std::to_string(options_.ready_timeout.count()) + " ms: " + link_.trouble());
  }
}

void Core::end(Inbox& inbox, bool wait) noexcept {
  inboxes_.remove(inbox);
  link_.unwant(inbox.filter());
  if (wait) dispatcher_->wait_for(inbox);
}

void Core::end(Events::Listener& listener, bool wait) noexcept {
  events_.remove(listener);
  if (wait) dispatcher_->wait_for(listener);
}

void Core::end(Pulses::Listener& listener, bool wait) noexcept {
  pulses_.remove(listener);
  link_.unwant(Filter::own(heartbeat_topic));
  if (wait) dispatcher_->wait_for(listener);
}

Stats Core::close(Milliseconds timeout) {
  closing_ = true;
  if (inside()) return close_inside(timeout);
  const auto deadline = deadline_in(timeout);
  inboxes_.refuse();
  drain_inboxes(deadline);
  outbox_.refuse();
  drain_outbox(timeout);
  link_.stop(deadline);
  link_.wait_until_finished(deadline + time_to_finish);
  stop_handlers();
  run_handlers();  // inline: of others, who heard the last heartbeat
  dispatcher_->wait_for_owner(this, deadline);
  return stats();
}

/// False if bots answer each other for ever: they do not keep a bus open.
bool Core::run_handlers() try {
  dispatcher_->run();
  return true;
} catch (const Error&) {
  return false;
}

void Core::drain_inboxes(Deadline deadline) {
  // Inside a handler of another bus on this dispatcher nobody would run what we wait for.
  if (run_handlers() && !dispatcher_->inside()) inboxes_.wait_until_empty(deadline);
}

/// Elsewhere the I/O thread does it, and the link waits for that.
void Core::drain_outbox(Milliseconds timeout) {
  if (!passes_time()) return;
  const auto limit = clock_.now() + bounded(timeout);
  try {
    while (!outbox_.drained() && clock_.pass(limit)) {
    }
  } catch (const Error&) {
    return;  // bots that answer each other for ever do not keep a bus open
  }
}

Stats Core::close_inside(Milliseconds timeout) {
  outbox_.refuse();
  link_.stop(deadline_in(timeout));
  stop_handlers();
  return stats();
}

void Core::stop_handlers() {
  inboxes_.close();
  filters_.close();
  calls_.close();
  pulses_.close();
  questions_.close();
  events_.close();
  dispatcher_->forget(this);
  if (!shares_dispatcher_) dispatcher_->stop();
}

void Core::shut_down() {
  close(Milliseconds{1'000});
  dispatcher_->wait_for_owner(this, Deadline::max());
}

Stats Core::stats() const {
  return {outbox_.ledger(), inboxes_.ledger(), events_.handlers_failed(), events_.dropped(),
          link_.connected()};
}

PeerStats Core::describe() const {
  const auto uptime = std::chrono::duration_cast<Milliseconds>(clock_.now() - opened_at_);
  return {id_, options_.name, uptime, link_.connected_for(), stats()};
}

/// On the I/O thread, which sends what is in the outbox when it is done receiving. An inline bus is
/// in the midst of somebody's publish: there the answer is a handler's turn.
void Core::question_arrived() {
  if (!inline_io_) return answer();
  const auto turn = [this] {
    answer();
    link_.wake();
  };
  dispatcher_->post(std::make_shared<Timer>(events_, turn, this));
}

void Core::answer() {
  for (const auto& topic : questions_.take()) outbox_.push_own(topic, to_text(describe()));
}

std::vector<PeerStats> Core::ask_stats(Milliseconds wait) {
  if (closing_) refuse_closed();
  const auto replies = Filter::own(questions_.reply_topic());
  link_.want(replies, false);
  const std::shared_ptr<void> asked(nullptr, [&](void*) { link_.unwant(replies); });
  require_ready(replies);
  questions_.begin();
  const bool pushed = outbox_.push_own(stats_topic, questions_.question());
  if (!pushed && !closing_) {
    questions_.end(nullptr);
    refuse_full();
  }
  link_.wake();
  dispatcher_->run();
  const bool time_passes = !capabilities_.inline_dispatch || clock_.moves_by_hand();
  const auto patience = this->patience(wait);
  auto peers = questions_.end(pushed && time_passes ? &patience : nullptr);
  if (closing_) refuse_closed();
  return peers;
}

}  // namespace tubes

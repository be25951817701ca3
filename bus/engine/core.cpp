#include <algorithm>

#include <tubes/bus/engine/bounds.hpp>
#include <tubes/bus/engine/core.hpp>
#include <tubes/bus/engine/own_topics.hpp>
#include <tubes/bus/engine/owned.hpp>
#include <tubes/bus/engine/timer.hpp>

namespace tubes {
namespace {

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

}  // namespace

Core::Core(std::unique_ptr<Driver> driver, const BusOptions& options, const Wiring& wiring)
    : id_(random_id()),
      options_(bounded(options, driver->capabilities())),
      clock_(clock_of(options)),
      opened_at_(clock_.now()),
      inline_io_(wiring.inline_io),
      passes_time_(driver->capabilities().inline_dispatch && clock_.moves_by_hand()),
      shares_dispatcher_(wiring.dispatcher != nullptr),
      dispatcher_(shares_dispatcher_
                      ? wiring.dispatcher
                      : std::make_shared<Dispatcher>(clock_, Dispatcher::Mode::thread)),
      events_(*dispatcher_, this),
      outbox_(clock_, options_, id_, passes_time_),
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

Patience Core::patience(Milliseconds timeout) const {
  return Patience::of(clock_, passes_time_, bounded(timeout));
}

void Core::flush(Milliseconds timeout) {
  link_.wake();
  const auto result = outbox_.flush(patience(timeout));
  if (result.waiting == 0 && result.lost == 0) return;
  if (closing_) refuse_closed();
  const auto counts = " (not flushed: " + std::to_string(result.waiting) + " messages wait, " +
                      std::to_string(result.lost) + " unconfirmed or lost since the last flush)";
  const auto why = result.waiting > 0 ? link_.trouble()
                                      : link_.driver().address() +
                                            " did not accept all; stats() says what became "
                                            "of it";
  throw Error(ErrorCode::timed_out, why + counts);
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

}  // namespace tubes

#include <tubes/bus/error.hpp>
#include <tubes/bus/event.hpp>

namespace tubes {

std::string_view name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_topic:
      return "invalid_topic";
    case ErrorCode::invalid_url:
      return "invalid_url";
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::invalid_config:
      return "invalid_config";
    case ErrorCode::payload_too_large:
      return "payload_too_large";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::outbox_full:
      return "outbox_full";
    case ErrorCode::timed_out:
      return "timed_out";
    case ErrorCode::unreachable:
      return "unreachable";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::closed:
      return "closed";
    case ErrorCode::livelock:
      return "livelock";
  }
  return "unknown";
}

std::string_view name(Event::Kind kind) noexcept {
  switch (kind) {
    case Event::Kind::connected:
      return "connected";
    case Event::Kind::disconnected:
      return "disconnected";
    case Event::Kind::subscribed:
      return "subscribed";
    case Event::Kind::resubscribed:
      return "resubscribed";
    case Event::Kind::refused:
      return "refused";
    case Event::Kind::overflow:
      return "overflow";
    case Event::Kind::too_large:
      return "too_large";
    case Event::Kind::expired:
      return "expired";
    case Event::Kind::unconfirmed:
      return "unconfirmed";
    case Event::Kind::rejected:
      return "rejected";
    case Event::Kind::handler_failed:
      return "handler_failed";
    case Event::Kind::gap:
      return "gap";
    case Event::Kind::undecodable:
      return "undecodable";
    case Event::Kind::loop:
      return "loop";
  }
  return "unknown";
}

}  // namespace tubes

#include <string>
#include <utility>

#include <tubes/bus/client.hpp>

// Messages of the typed client that ask for a receipt.

namespace tubes {
namespace {

template <class M>
constexpr bool has_receipts = is_listed<M>(out::Types{});

/// The network it is for. Throws for what cannot be tracked.
const std::string& network_of(const Message& message) {
  return std::visit(
      [&]<class M>(const M& typed) -> const std::string& {
        if constexpr (has_receipts<M>) {
          if (typed.id.empty()) return typed.network;
          throw Error(ErrorCode::invalid_argument,
                      "the client names a message that it tracks; this one is \"" + typed.id +
                          "\" already: publish() it, and handle the receipts");
        } else {
          throw Error(ErrorCode::unsupported,
                      "there are receipts for what is to be said on IRC, "
                      "none for the type \"" +
                          std::string(type_name(message)) + '"');
        }
      },
      message);
}

Message named(Message message, const std::string& id) {
  std::visit(
      [&]<class M>(M& typed) {
        if constexpr (has_receipts<M>) typed.id = id;
      },
      message);
  return message;
}

}  // namespace

std::string Client::track(const Message& message, ReceiptHandler ended, ReceiptHandler queued) {
  const auto& network = network_of(message);
  listen_to_receipts();
  auto id = receipts_->open(network, {std::move(ended), std::move(queued)});
  publish_tracked(message, id);
  return id;
}

PendingReceipt Client::track(const Message& message) {
  const auto& network = network_of(message);
  listen_to_receipts();
  auto pending = receipts_->open(network);
  publish_tracked(message, pending.id());
  return pending;
}

void Client::listen_to_receipts() {
  listens_to_receipts_([this] {
    add(Role::receipts, [open = receipts_](const Envelope& envelope) {
      if (const auto* receipt = std::get_if<Receipt>(&envelope.message)) open->received(*receipt);
    });
  });
}

void Client::publish_tracked(const Message& message, const std::string& id) {
  try {
    publish(named(message, id));
  } catch (...) {
    receipts_->forget(id);
    throw;
  }
}

void Client::say(std::string_view to, std::string_view text, std::string_view network,
                 ReceiptHandler ended, ReceiptHandler queued) {
  track(out::Privmsg{std::string(to), std::string(text), std::string(network), {}},
        std::move(ended), std::move(queued));
}

void Client::action(std::string_view to, std::string_view text, std::string_view network,
                    ReceiptHandler ended, ReceiptHandler queued) {
  track(out::Action{std::string(to), std::string(text), std::string(network), {}}, std::move(ended),
        std::move(queued));
}

void Client::raw(std::string_view command, std::string_view network, ReceiptHandler ended,
                 ReceiptHandler queued) {
  track(out::Raw{std::string(command), std::string(network), {}}, std::move(ended),
        std::move(queued));
}

}  // namespace tubes

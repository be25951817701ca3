#pragma once

#include <string_view>

#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/receipt.hpp>

/// What a line of the server says about a line of ours.
namespace tubes::irc {

/// Whether it refuses something: RFC 1459 6.1; 716, RPL_TARGUMODEG, of one who takes no messages of
/// strangers; and IRCv3's standard reply FAIL.
bool is_error(const Line& line);

/// The fate that an error tells: its code, bounded and printable, and the whole of it to read.
Fate failure_of(const Line& error);

/// The fate that an echo, or an answer to a raw line, tells.
Fate confirmation_of(const Line& line);

/// PRIVMSG and NOTICE.
bool is_speech(const Line& line);

/// Whether a line of ours is to, or about, this: one of a comma list counts, the text that is said
/// does not.
bool concerns(const Line& sent, std::string_view subject, const Isupport& isupport);

/// Whether the error says before its text what our line is to or about.
bool names_target(const Line& error, const Line& sent, const Isupport& isupport);

/// "421 nick COMMAND :Unknown command", "FAIL COMMAND CODE :…".
bool names_command(const Line& error, const Line& sent);

/// An error that says no more than its text: "412 nick :No text to send".
bool names_nothing(const Line& error);

/// Our own command comes back.
bool is_echo(const Line& line, const Line& sent, const Isupport& isupport,
             std::string_view own_nick);

/// With the same target and text: it can be no other than this one.
bool is_echo_to_the_letter(const Line& line, const Line& sent, const Isupport& isupport,
                           std::string_view own_nick);

}  // namespace tubes::irc

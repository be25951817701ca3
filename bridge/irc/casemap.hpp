#pragma once

#include <string>
#include <string_view>

namespace tubes::irc {

/// How a network tells names apart (ISUPPORT's CASEMAPPING). rfc1459 also folds []\~ to {}|^, as
/// Scandinavian keyboards once had it (RFC 1459 2.2); its strict form leaves ~ and ^ apart.
enum class Casemap { rfc1459, strict_rfc1459, ascii };

/// An unknown name is taken for ascii, which never mixes up two names.
Casemap casemap_named(std::string_view name) noexcept;

/// The form under which names that the network takes for one are equal.
std::string fold(Casemap map, std::string_view name);

bool same_name(Casemap map, std::string_view a, std::string_view b) noexcept;

}  // namespace tubes::irc

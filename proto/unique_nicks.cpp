#include <cstddef>
#include <string>
#include <unordered_map>

#include <tubes/proto/text/utf8.hpp>
#include <tubes/proto/unique_nicks.hpp>

namespace tubes {

in::Nicks unique_nicks(const in::Nicks& nicks) {
  in::Nicks unique;
  std::unordered_map<std::string, std::size_t> places;
  for (const auto& [nick, prefix] : nicks) {
    const auto [place, is_new] = places.try_emplace(utf8::valid(nick), unique.size());
    if (is_new) unique.emplace_back(place->first, std::string());
    unique[place->second].second = utf8::valid(prefix);
  }
  return unique;
}

}  // namespace tubes

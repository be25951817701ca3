#include <algorithm>
#include <utility>

#include <tubes/bus/error.hpp>
#include <tubes/transports/zeromq/allowed_keys.hpp>
#include <tubes/transports/zeromq/key_files.hpp>

namespace tubes::zeromq {

AllowedKeys::AllowedKeys(std::filesystem::path path, std::function<void(const std::string&)> warn)
    : path_(std::move(path)), warn_(std::move(warn)) {
  if (path_.empty()) return;
  if (const auto found = public_keys_of(path_); !found.faults.empty())
    throw Error(ErrorCode::invalid_url, "allow=" + path_.string() + ": " + found.faults.front() +
                                            "; mend it, for a key "
                                            "that is not read lets nobody in");
}

bool AllowedKeys::allows(const Key& key) const {
  if (path_.empty()) return true;
  const auto found = public_keys_of(path_);
  for (const auto& fault : found.faults) warn_(fault);
  return std::ranges::find(found.keys, key) != found.keys.end();
}

}  // namespace tubes::zeromq

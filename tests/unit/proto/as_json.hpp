#pragma once

#include <nlohmann/json.hpp>

#include <tubes/proto/codec.hpp>

namespace tubes::test {

/// A message's data as a JSON tree, made apart from the encoder: the tests' second opinion.
nlohmann::json data_of(const Message& message);

}  // namespace tubes::test

#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <tuple>

#include <google/protobuf/descriptor.h>

#include <tubes/proto/types.hpp>
#include <tubes/v1/envelope.pb.h>

/// Where the described fields are in the schema. The one place, with its neighbours, that sees
/// generated code.
namespace tubes::protobuf {

/// The member of `body` that holds a T: "in_privmsg".
template <Described T>
std::string body_name() {
  return std::string(role_name(role_of<T>(Role::in))) + '_' + std::string(T::type);
}

template <Described T>
struct Binding {
  const google::protobuf::FieldDescriptor* body;
  std::array<const google::protobuf::FieldDescriptor*, std::tuple_size_v<decltype(T::fields)>>
      fields;  ///< in the order of the description
};

template <Described T>
Binding<T> bind() {
  Binding<T> binding{v1::Envelope::descriptor()->FindFieldByName(body_name<T>()), {}};
  std::size_t index = 0;
  for_each_field<T>([&](const auto& field) {
    binding.fields[index++] =
        binding.body->message_type()->FindFieldByName(std::string(field.name));
  });
  return binding;
}

/// Looked up once; a test holds that the schema has all that is described.
template <Described T>
const Binding<T>& binding() {
  static const Binding<T> bound = bind<T>();
  return bound;
}

}  // namespace tubes::protobuf

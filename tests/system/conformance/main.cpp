#include "places.hpp"

int main(int argc, char** argv) {
  return tubes::conformance::main(argc, argv, tubes::test::every_transport());
}

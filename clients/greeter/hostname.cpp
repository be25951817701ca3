#include <unistd.h>

#include <tubes/clients/greeter/hostname.hpp>

std::string hostname() {
  std::string name(256, '\0');
  if (gethostname(name.data(), name.size() - 1) != 0) return "somewhere";
  name.resize(name.find('\0'));
  return name;
}

#pragma once

#include <string>

/// The name of this computer, as gethostname(2) has it.
std::string hostname();

// Compiled for the sake of headers.hpp alone.

// Writes a process's log to standard error, and its results to standard output.
#pragma once

#include <string>

namespace denizen {

/// Writes one line to standard error.
void log(std::string message);

/// Writes one line to standard output.
///
/// @throws Failure with code 0 if nobody reads it any more.
void print(const std::string& line);

}  // namespace denizen

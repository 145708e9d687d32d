// How a program runs as a process: its signals and its exit codes.
//
// 0 good (or told to stop by SIGTERM), 1 failed, 2 the command line is wrong,
// 130 after Ctrl-C.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "stop.hpp"

namespace denizen {

/// Ends the program with an exit code and a message, which may be empty.
class Failure : public std::runtime_error {
 public:
  Failure(int exit_code, const std::string& message)
      : std::runtime_error(message), exit_code_(exit_code) {}

  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

/// Runs `main`, tells whatever it throws, and returns the exit code for it.
int exit_code_of(const std::function<void()>& main);

/// Runs `main` and ends the process.
///
/// SIGTERM and SIGINT request the stop; `main` then has all the time it takes
/// to finish, until a second signal ends the process at once.
[[noreturn]] void run_program(const std::function<void(Stop&)>& main);

}  // namespace denizen

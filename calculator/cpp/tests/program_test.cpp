#include "program.hpp"

#include <sstream>
#include <stdexcept>

#include "check.hpp"

namespace denizen {
namespace {

/// What is told of what `main` throws, and the exit code for it.
std::string end_of(const std::function<void()>& main) {
  std::ostringstream told;
  auto* const errors = std::cerr.rdbuf(told.rdbuf());
  const int code = exit_code_of(main);
  std::cerr.rdbuf(errors);
  return told.str() + std::to_string(code);
}

}  // namespace
}  // namespace denizen

void denizen::test_program() {
  check("done", end_of([] {}), "0");
  check("failed", end_of([] { throw Failure(2, "Cannot"); }), "Cannot\n2");
  // Whatever is thrown ends the program with a word, and not by a signal.
  check("a defect", end_of([] { throw std::out_of_range("stod"); }),
        "Defect while running: stod\n1");
  check("anything", end_of([] { throw 7; }),
        "Defect while running: something was thrown that says nothing\n1");
}

#include "brokers.hpp"

#include "check.hpp"

namespace denizen {
namespace {

/// The parts, each in brackets.
std::string parts(const std::string& text) {
  std::string shown;
  for (const auto& each : brokers_in(text)) shown += "[" + each + "]";
  return shown;
}

}  // namespace

void test_brokers() {
  check("brokers_in()", parts("a:1"), "[a:1]");
  check("brokers_in()", parts("a:1,unix:/b"), "[a:1][unix:/b]");
  check("brokers_in()", parts(""), "[]");
  check("brokers_in()", parts(",a:1,,"), "[][a:1][][]");
}

}  // namespace denizen

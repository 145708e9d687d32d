#include "format.hpp"

#include <limits>
#include <utility>

#include "check.hpp"

void denizen::test_format() {
  const std::pair<double, const char*> numbers[] = {
      {36, "36"},
      {-0.0, "0"},
      {0.1 + 0.2, "0.3"},
      {1.0 / 3, "0.333333333333333"},
      {-1.0 / 3, "-0.333333333333333"},
      {9007199254740991, "9007199254740991"},
      {9007199254740992, "9007199254740990"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {1.5e-7, "1.5e-7"},
      {1e-6, "0.000001"},
      {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
      {-std::numeric_limits<double>::infinity(), "-Infinity"},
  };
  for (const auto& [value, text] : numbers) {
    check("format_number()", format_number(value), text);
  }

  Answer answer{{}, 36, std::chrono::microseconds(840), "127.0.0.1:5555"};
  answer.question.set_operand1(12);
  answer.question.set_operand2(3);
  answer.question.set_operation(calculator::v1::OPERATION_MULTIPLY);
  check("format_answer()", format_answer(answer),
        "12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)");
}

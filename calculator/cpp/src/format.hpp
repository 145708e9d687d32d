// How calculations are printed: exactly as the TypeScript client does.
#pragma once

#include <chrono>
#include <string>

#include "question.hpp"

namespace denizen {

/// One calculation with its answer, and who gave it after how long.
struct Answer {
  Question question;
  double result;
  /// From the question to the answer.
  std::chrono::duration<double, std::milli> elapsed;
  /// The server that answered.
  std::string address;
};

/// Writes an answer, for example `12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)`.
std::string format_answer(const Answer& answer);

/// Writes a number as people do: whole numbers in full, others to 15
/// significant digits, so that 0.1 + 0.2 is 0.3.
std::string format_number(double value);

/// Writes a number with so many digits after the point.
std::string format_fixed(double value, int digits);

}  // namespace denizen

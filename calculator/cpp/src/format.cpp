#include "format.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace denizen {
namespace {

/// Whole numbers up to here are exact, and written in full.
constexpr double kMaxSafeInteger = 9007199254740991.0;

/// Decimal digits that every double holds; those after them are noise.
constexpr int kDigits = 15;

/// Calls std::to_chars with room for any double.
template <typename... Format>
std::string to_text(double value, Format... format) {
  std::array<char, 400> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 value, format...);
  return std::string(buffer.data(), end.ptr);
}

double rounded(double value) {
  const auto text = to_text(value, std::chars_format::general, kDigits);
  const double result = std::strtod(text.c_str(), nullptr);
  // The very largest doubles would be rounded up beyond them.
  return std::isfinite(result) ? result : value;
}

/// JavaScript has an exponent, without a leading 0, only outside 1e-6 to 1e21.
std::string like_javascript(double value) {
  const double size = std::abs(value);
  if (size >= 1e-6 && size < 1e21) {
    return to_text(value, std::chars_format::fixed);
  }
  auto text = to_text(value, std::chars_format::scientific);
  const auto exponent = text.find_first_of("+-", text.find('e')) + 1;
  text.erase(exponent, text.find_first_not_of('0', exponent) - exponent);
  return text;
}

char symbol_of(calculator::v1::Operation operation) {
  switch (operation) {
    case calculator::v1::OPERATION_ADD:
      return '+';
    case calculator::v1::OPERATION_SUBTRACT:
      return '-';
    case calculator::v1::OPERATION_MULTIPLY:
      return 'x';
    case calculator::v1::OPERATION_DIVIDE:
      return '/';
    default:
      return '?';
  }
}

}  // namespace

std::string format_answer(const Answer& answer) {
  const auto& question = answer.question;
  return format_number(question.operand1()) + ' ' +
         symbol_of(question.operation()) + ' ' +
         format_number(question.operand2()) + " = " +
         format_number(answer.result) + " (" +
         format_fixed(answer.elapsed.count(), 1) + " ms, " + answer.address +
         ')';
}

std::string format_number(double value) {
  if (!std::isfinite(value)) {
    return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }
  if (std::trunc(value) == value && std::abs(value) <= kMaxSafeInteger) {
    return std::to_string(static_cast<long long>(value));
  }
  return like_javascript(rounded(value));
}

std::string format_fixed(double value, int digits) {
  return to_text(value, std::chars_format::fixed, digits);
}

}  // namespace denizen

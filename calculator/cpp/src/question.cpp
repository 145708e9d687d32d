#include "question.hpp"

#include <random>

namespace denizen {

Question random_question() {
  using calculator::v1::Operation;
  Question question;
  question.set_operand1(random_between(1, 99));
  question.set_operand2(random_between(1, 99));
  question.set_operation(static_cast<Operation>(random_between(
      calculator::v1::OPERATION_ADD, calculator::v1::OPERATION_DIVIDE)));
  return question;
}

int random_between(int least, int most) {
  thread_local std::mt19937 generator{std::random_device{}()};
  return std::uniform_int_distribution<int>(least, most)(generator);
}

}  // namespace denizen

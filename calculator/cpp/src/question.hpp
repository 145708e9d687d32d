// What the client asks: made-up calculations, never a division by zero.
#pragma once

#include "calculator/v1/calculator.pb.h"

namespace denizen {

using Question = calculator::v1::CalculateRequest;

/// Makes up a calculation.
Question random_question();

/// A whole number from `least` to `most`, any of them as likely.
int random_between(int least, int most);

}  // namespace denizen

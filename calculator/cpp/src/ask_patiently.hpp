// Asks the calculator until there is an answer: says once that it waits, and
// once that it goes on.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "format.hpp"
#include "stop.hpp"

namespace denizen {

/// One try: throws Passing if another may help.
using Try = std::function<Answer(const Question&, std::chrono::milliseconds)>;

/// Asks until there is an answer, or the process is told to stop.
///
/// @param report Told once when there is no answer, and once when there is again.
std::optional<Answer> ask_patiently(
    const Try& calculate, const Question& question, const Stop& stop,
    const std::function<void(const std::string&)>& report);

}  // namespace denizen

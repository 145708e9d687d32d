#include "ask_patiently.hpp"

#include "calculator.hpp"

namespace denizen {
namespace {

/// Longest time for one try.
constexpr std::chrono::milliseconds kDeadline{2000};

/// Time between two tries.
constexpr std::chrono::milliseconds kRetry{100};

}  // namespace

std::optional<Answer> ask_patiently(
    const Try& calculate, const Question& question, const Stop& stop,
    const std::function<void(const std::string&)>& report) {
  const auto started = std::chrono::steady_clock::now();
  int failures = 0;
  while (!stop.requested()) {
    try {
      auto answer = calculate(question, kDeadline);
      // Whoever asked has waited for the lost tries too.
      answer.elapsed = std::chrono::steady_clock::now() - started;
      if (failures > 1) {
        const std::chrono::duration<double> waited = answer.elapsed;
        report("Calculating again after " + format_fixed(waited.count(), 1) +
               " s");
      }
      return answer;
    } catch (const Passing& fault) {
      if (stop.requested()) break;
      failures++;
      // One lost call is no outage: the next may go to another server.
      if (failures == 2) {
        report(std::string("Waiting for a calculator server: ") + fault.what());
      }
      if (failures > 1) stop.pause(kRetry);
    }
  }
  return std::nullopt;
}

}  // namespace denizen

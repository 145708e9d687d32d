#include "ask_patiently.hpp"

#include <thread>
#include <utility>
#include <vector>

#include "calculator.hpp"
#include "check.hpp"

namespace denizen {
namespace {

/// What is told of an asking that fails so many times.
std::vector<std::string> told_after(int failures) {
  const Try calculate = [&](const Question& question,
                            std::chrono::milliseconds) -> Answer {
    if (failures-- > 0) throw Passing("away");
    return {question, 1, std::chrono::milliseconds(0), "a:1"};
  };
  std::vector<std::string> told;
  const auto answer =
      ask_patiently(calculate, {}, Stop(),
                    [&](const std::string& line) { told.push_back(line); });
  check("answered", answer.has_value(), true);
  return told;
}

/// The time of an answer after one try that was lost after `stall`.
std::chrono::duration<double, std::milli> elapsed_after(
    std::chrono::milliseconds stall) {
  bool lost = false;
  const Try calculate = [&](const Question& question,
                            std::chrono::milliseconds) -> Answer {
    if (std::exchange(lost, true)) {
      return {question, 1, std::chrono::milliseconds(0), "a:1"};
    }
    std::this_thread::sleep_for(stall);
    throw Passing("away");
  };
  return ask_patiently(calculate, {}, Stop(), [](const auto&) {})->elapsed;
}

}  // namespace
}  // namespace denizen

void denizen::test_ask_patiently() {
  check("told of one lost call", told_after(1).size(), 0U);

  const auto told = told_after(4);
  check("told of an outage", told.size(), 2U);
  check("waiting", told.at(0), "Waiting for a calculator server: away");
  check("going on", told.at(1).rfind("Calculating again after 0.", 0), 0U);

  const std::chrono::milliseconds stall(50);
  check("the lost try counts", elapsed_after(stall) >= stall, true);

  Stop stop;
  stop.request();
  const auto answer = ask_patiently(
      [](const auto&, auto) -> Answer { throw Passing("away"); }, {}, stop,
      [](const auto&) {});
  check("asked after the stop", answer.has_value(), false);
}

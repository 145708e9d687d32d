// Runs a calculator client as a process: one calculation after the other.
//
// Prints each answer to standard output. When no server answers it says so
// once, waits, asks the same again and goes on.

#include <limits>

#include "ask_patiently.hpp"
#include "calculator.hpp"
#include "flags.hpp"
#include "log.hpp"
#include "program.hpp"
#include "tls.hpp"

namespace denizen {
namespace {

void run_client(const std::vector<std::string>& words, Stop& stop) {
  const auto flags = read_flags(words);
  if (flags.help) return print(describe_flags());
  const auto identity = Identity::open(flags.tls);
  if (identity) Identity::follow_hangups(identity);
  Calculator calculator(flags.broker, identity, stop);
  const Try calculate = [&](const Question& question,
                            std::chrono::milliseconds time) {
    return calculator.calculate(question, time);
  };
  const auto endless = std::numeric_limits<std::uint64_t>::max();
  const auto wanted = flags.once ? 1 : flags.count.value_or(endless);
  for (std::uint64_t done = 0; done < wanted && !stop.requested(); done++) {
    if (done > 0) stop.pause(flags.interval);
    const auto answer = ask_patiently(calculate, random_question(), stop, log);
    if (answer) print(format_answer(*answer));
  }
}

}  // namespace
}  // namespace denizen

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  denizen::run_program(
      [&](denizen::Stop& stop) { denizen::run_client(words, stop); });
}

#include "flags.hpp"

#include <utility>

#include "check.hpp"
#include "program.hpp"

namespace denizen {
namespace {

std::string problem_of(const std::string& word) {
  try {
    read_flags({word});
    return "";
  } catch (const Failure& failure) {
    check("exit_code()", failure.exit_code(), 2);
    return failure.what();
  }
}

void test_durations() {
  const std::pair<const char*, long> durations[] = {
      {"0ms", 0},   {"500ms", 500},   {"1.5s", 1500}, {"1m30s", 90000},
      {"1h", 3600000}, {"", -1},      {"1", -1},      {"s", -1},
      {"1.s", -1},  {"-1s", -1},      {"1d", -1},     {"1e3s", -1},
  };
  for (const auto& [text, ms] : durations) {
    const std::chrono::milliseconds none(-1);
    check("parse_duration()", parse_duration(text).value_or(none).count(), ms);
  }
}

}  // namespace
}  // namespace denizen

void denizen::test_flags() {
  test_durations();

  const auto flags = read_flags({"--count=1", "--count", "2", "--once"});
  check("broker", flags.broker, "127.0.0.1:50051");
  check("count", flags.count.value_or(0), 2U);
  check("once", flags.once, true);
  check("interval", flags.interval.count(), 1000);

  const std::pair<const char*, const char*> problems[] = {
      {"--intervall=1s",
       "Cannot read \"--intervall=1s\": there is no such flag; did you mean "
       "\"--interval\"?"},
      {"6", "Cannot read \"6\": only flags are expected here"},
      {"--once=3", "Cannot read \"--once=3\": --once takes no value"},
      {"--count", "Cannot read --count: it needs a value, as in --count=N"},
      {"--broker=",
       "Cannot read --broker: it needs a value, as in --broker=HOST:PORT"},
      {"--broker=foo",
       "Cannot read --broker=\"foo\": expected host:port with a port up to "
       "65535, or unix:/path"},
      {"--count=0",
       "Cannot read --count=\"0\": expected a whole number from 1 to "
       "9007199254740991"},
      {"--interval=soon",
       "Cannot read --interval=\"soon\": expected a duration such as 500ms, 1s "
       "or 1m30s"},
  };
  for (const auto& [word, message] : problems) {
    check("read_flags()", problem_of(word), message);
  }
}

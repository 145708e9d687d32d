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
      {".5s", -1},  {"1.5.5s", -1},   {"1h-5s", -1},  {"1 s", -1},
      {"3000000h", 10800000000000},   {"999999999999999999h", 1000000000000000},
  };
  for (const auto& [text, ms] : durations) {
    const std::chrono::milliseconds none(-1);
    check("parse_duration()", parse_duration(text).value_or(none).count(), ms);
  }
}

std::string repeated(const std::string& text) {
  std::string all;
  for (int times = 0; times < 60000; times++) all += text;
  return all;
}

/// A parser that recurses for each letter dies of these.
void test_long_words() {
  const std::chrono::milliseconds none(-1);
  const auto durations = parse_duration(repeated("1s")).value_or(none);
  check("60,000 durations", durations.count(), 60000000);
  check("60,000 digits", parse_duration(repeated("9") + "h").has_value(),
        false);
  check("60,000 zeros",
        read_flags({"--count=" + repeated("0") + "7"}).count.value_or(0), 7U);
  for (const std::string flag : {"--broker=", "--count=", "--interval=", "-"}) {
    check("refused", problem_of(flag + repeated("a")).empty(), false);
  }
}

void test_addresses() {
  for (const std::string address :
       {"a:1", "127.0.0.1:65535", "[::1]:1", "a_b-c.d:00001", "unix:/a"}) {
    check("taken", read_flags({"--broker=" + address}).broker, address);
  }
  for (const std::string address :
       {"", "a", ":1", "a:", "a:0", "a:65536", "a:000001", "a:1x", "a:-1", "[::1:1",
        "[]:1", "a b:1", "unix:"}) {
    check("refused", problem_of("--broker=" + address).empty(), false);
  }
}

}  // namespace
}  // namespace denizen

void denizen::test_flags() {
  test_durations();
  test_long_words();
  test_addresses();

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

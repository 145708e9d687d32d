#include "stop.hpp"

#include <thread>

#include "channel.hpp"
#include "check.hpp"

namespace denizen {
namespace {

/// True if a pause of `time` lasts until the stop is requested.
bool lasts(std::chrono::milliseconds time) {
  Stop stop;
  std::thread asking([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop.request();
  });
  stop.pause(time);
  const bool lasted = stop.requested();
  asking.join();
  return lasted;
}

}  // namespace
}  // namespace denizen

void denizen::test_stop() {
  check("3,000,000 hours", lasts(std::chrono::hours(3000000)), true);
  check("the longest", lasts(std::chrono::milliseconds::max()), true);

  // Whoever sets the system's clock moves no deadline.
  const auto deadline = deadline_in(std::chrono::seconds(2));
  check("the clock", deadline.clock_type, GPR_CLOCK_MONOTONIC);
  const auto left = gpr_time_sub(deadline, gpr_now(GPR_CLOCK_MONOTONIC));
  check("seconds left", gpr_time_to_millis(left) > 1000, true);
  check("seconds left", gpr_time_to_millis(left) <= 2000, true);
}

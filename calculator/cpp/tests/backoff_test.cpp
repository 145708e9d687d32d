#include "backoff.hpp"

#include <utility>

#include "check.hpp"

void denizen::test_backoff() {
  const std::pair<int, int> limits[] = {{1, 50},    {2, 100},  {3, 200},
                                        {5, 800},   {6, 1000}, {1000, 1000}};
  for (const auto& [failures, ms] : limits) {
    check("limit()", kReopen.limit(failures).count(), ms);
    check("after()", kReopen.after(failures) <= kReopen.limit(failures), true);
  }
}

#include "backoff.hpp"

#include <algorithm>

#include "question.hpp"

namespace denizen {

std::chrono::milliseconds Backoff::after(int failures) const {
  const auto most = static_cast<int>(limit(failures).count());
  return std::chrono::milliseconds(random_between(0, most));
}

std::chrono::milliseconds Backoff::limit(int failures) const {
  const int doublings = std::clamp(failures - 1, 0, 20);
  return std::min(max, base * (1 << doublings));
}

}  // namespace denizen

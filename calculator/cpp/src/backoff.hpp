// How long to wait before another try.
#pragma once

#include <chrono>

namespace denizen {

/// The range of one kind of wait.
struct Backoff {
  /// Longest wait before the second try.
  std::chrono::milliseconds base;
  /// Longest wait before any try.
  std::chrono::milliseconds max;

  /// Anywhere between nothing and `limit` ("full jitter"), so that many
  /// clients do not come back in one instant.
  std::chrono::milliseconds after(int failures) const;

  /// Doubles with each failure. `failures` counts those in a row, from 1.
  std::chrono::milliseconds limit(int failures) const;
};

/// Between two streams to the broker.
inline constexpr Backoff kReopen{std::chrono::milliseconds(50),
                                 std::chrono::milliseconds(1000)};

}  // namespace denizen

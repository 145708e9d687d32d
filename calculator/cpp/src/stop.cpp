#include "stop.hpp"

#include <algorithm>

namespace denizen {

void Stop::request() {
  const std::lock_guard lock(mutex_);
  requested_ = true;
  for (auto* call : calls_) call->TryCancel();
  changed_.notify_all();
}

bool Stop::requested() const {
  const std::lock_guard lock(mutex_);
  return requested_;
}

void Stop::pause(std::chrono::milliseconds time) const {
  // The clock counts nanoseconds: a longer wait would end in its past.
  constexpr std::chrono::hours century(100 * 365 * 24);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::min<std::chrono::milliseconds>(time, century),
                    [this] { return requested_; });
}

Stop::CancelsCall::CancelsCall(Stop& stop, grpc::ClientContext& call)
    : stop_(stop), call_(call) {
  const std::lock_guard lock(stop_.mutex_);
  stop_.calls_.insert(&call_);
  if (stop_.requested_) call_.TryCancel();
}

Stop::CancelsCall::~CancelsCall() {
  const std::lock_guard lock(stop_.mutex_);
  stop_.calls_.erase(&call_);
}

}  // namespace denizen

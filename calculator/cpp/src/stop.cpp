#include "stop.hpp"

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
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return requested_; });
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

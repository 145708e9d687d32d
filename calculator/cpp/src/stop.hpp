// Whether the process has been told to stop. Every wait takes one of these, and
// ends at once when it is.
#pragma once

#include <grpcpp/client_context.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

namespace denizen {

class Stop {
 public:
  /// Ends all waits and cancels all calls, now and from now on.
  void request();

  bool requested() const;

  /// Waits, unless or until the process is told to stop; a century at most.
  void pause(std::chrono::milliseconds time) const;

  /// Cancels a call when the process is told to stop, as long as this lives.
  class CancelsCall {
   public:
    CancelsCall(Stop& stop, grpc::ClientContext& call);
    ~CancelsCall();
    CancelsCall(const CancelsCall&) = delete;
    CancelsCall& operator=(const CancelsCall&) = delete;

   private:
    Stop& stop_;
    grpc::ClientContext& call_;
  };

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool requested_ = false;
  std::set<grpc::ClientContext*> calls_;
};

}  // namespace denizen

// The brokers that a program is given, and how long one may be silent.
//
// The same rules as those of broker/broker_list.ts.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "stop.hpp"

namespace denizen {

/// The addresses in a text such as "10.0.0.1:50051,10.0.0.2:50051".
std::vector<std::string> brokers_in(const std::string& text);

/// True if another broker may mend it; all else is an answer, and any would give
/// it.
bool is_gone(const grpc::Status& status);

/// Cancels a call whose first answer does not come in time: a broker that is
/// frozen does not even refuse. As long as it lives, in a thread of its own.
class FirstWord {
 public:
  explicit FirstWord(grpc::ClientContext& call);
  ~FirstWord();
  FirstWord(const FirstWord&) = delete;
  FirstWord& operator=(const FirstWord&) = delete;

  /// There is an answer.
  void came() { came_.request(); }

  /// Why it has cancelled the call; empty if it has not.
  std::string problem() const;

 private:
  Stop came_;
  std::atomic<bool> missing_{false};
  std::thread thread_;
};

}  // namespace denizen

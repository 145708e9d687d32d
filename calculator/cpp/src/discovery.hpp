// Finds the instances of a service: follows them in the broker, over its
// restarts, and remembers the last known addresses while it is away.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "broker/v1/broker.grpc.pb.h"
#include "known_addresses.hpp"
#include "stop.hpp"
#include "tls.hpp"

namespace denizen {

/// What is known of a service.
struct Found {
  /// The addresses of the instances, in order of their names; none while no
  /// broker has ever answered.
  std::optional<std::vector<std::string>> addresses;
  /// Why the last one that was tried has not answered; empty while none was.
  std::string why;
  /// True if it does not let this process in: another try does not help.
  bool refused = false;
};

/// Follows one service, in a thread of its own, for as long as this lives.
class Discovery {
 public:
  /// @param brokers Their addresses, with commas: the first that answers is
  /// followed, and the next when it dies.
  /// @param identity Null for none.
  Discovery(std::string service, const std::string& brokers,
            std::shared_ptr<const Identity> identity);
  ~Discovery();
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

  /// What is known now; waits only for the first news.
  Found find(std::chrono::steady_clock::time_point until, const Stop& stop);

 private:
  void follow();
  /// Reads from the first broker that answers, until its stream ends. The next
  /// one is used from then on.
  void read_one_that_answers();
  /// Reads one stream until it ends, and returns why it did.
  grpc::Status read(bool& has_answered);
  void apply(const broker::v1::WatchUpdate& update);
  /// Connects, unless it is connected as it should be.
  void connect();
  void away(const grpc::Status& why);
  void use_next();
  /// The one to call.
  const std::string& address() const { return brokers_[used_]; }

  const std::string service_;
  const std::vector<std::string> brokers_;
  std::size_t used_ = 0;
  const std::shared_ptr<const Identity> identity_;
  /// Of the certificate that the stub shows.
  unsigned generation_ = 0;
  std::unique_ptr<broker::v1::BrokerService::Stub> broker_;
  int failures_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  KnownAddresses known_;
  std::chrono::steady_clock::time_point settle_at_;
  bool told_ = false;
  grpc::Status why_;
  /// Whom `why_` is of.
  std::string whose_;

  Stop ending_;
  std::thread thread_;
};

}  // namespace denizen

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
  /// The addresses of the instances, in order of their names; none while the
  /// broker has never answered.
  std::optional<std::vector<std::string>> addresses;
  /// Why the broker has not answered.
  std::string why;
  /// True if it does not let this process in: another try does not help.
  bool refused = false;
};

/// Follows one service, in a thread of its own, for as long as this lives.
class Discovery {
 public:
  /// @param identity Null for none.
  Discovery(std::string service, std::string broker,
            std::shared_ptr<const Identity> identity);
  ~Discovery();
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

  /// What is known now; waits only for the first news.
  Found find(std::chrono::steady_clock::time_point until, const Stop& stop);

 private:
  void follow();
  /// Reads one stream until it ends, and returns why it did.
  grpc::Status read(bool wait_for_ready);
  void apply(const broker::v1::WatchUpdate& update);
  /// Connects, unless it is connected as it should be.
  void connect();
  void away(const grpc::Status& why);

  const std::string service_;
  const std::string address_;
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

  Stop ending_;
  std::thread thread_;
};

}  // namespace denizen

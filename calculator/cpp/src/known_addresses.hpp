// The addresses of one service, as far as a watch of the broker tells.
//
// Decides only; discovery.cpp feeds it. The same rules as those of
// broker/known_addresses.ts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/v1/broker.pb.h"

namespace denizen {

/// What is known of a service's addresses, by instance.
///
/// A broker that has restarted (a new epoch) knows only those who have
/// registered with it again, so what its predecessor told stays until it is
/// contradicted or `settle` is called.
class KnownAddresses {
 public:
  /// Takes account of one update.
  void apply(const broker::v1::WatchUpdate& update);

  /// Forgets what only an earlier broker has told: whoever still runs has had
  /// the time to register again.
  void settle() { former_.clear(); }

  /// True while there is something that `settle` would forget.
  bool unsettled() const { return !former_.empty(); }

  /// The addresses, each once, in order of the instances' names.
  std::vector<std::string> list() const;

 private:
  void replace(const std::string& epoch, const broker::v1::Snapshot& snapshot);
  void change(const broker::v1::Change& change);
  void put(const broker::v1::Entry& entry);

  std::optional<std::string> epoch_;
  std::map<std::string, std::string> current_;
  std::map<std::string, std::string> former_;
};

}  // namespace denizen

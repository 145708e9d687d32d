#include "known_addresses.hpp"

#include <unordered_set>

namespace denizen {

void KnownAddresses::apply(const broker::v1::WatchUpdate& update) {
  if (update.has_snapshot()) replace(update.epoch(), update.snapshot());
  for (const auto& each : update.changes().changes()) change(each);
}

std::vector<std::string> KnownAddresses::list() const {
  auto instances = current_;
  instances.insert(former_.begin(), former_.end());
  std::vector<std::string> addresses;
  std::unordered_set<std::string> listed;
  for (const auto& [instance, address] : instances) {
    if (listed.insert(address).second) addresses.push_back(address);
  }
  return addresses;
}

void KnownAddresses::replace(const std::string& epoch,
                             const broker::v1::Snapshot& snapshot) {
  if (epoch_ && *epoch_ != epoch) {
    // What the last broker told is newer than what those before it did.
    current_.merge(former_);
    former_ = std::move(current_);
  }
  epoch_ = epoch;
  current_.clear();
  for (const auto& entry : snapshot.entries()) put(entry);
}

void KnownAddresses::change(const broker::v1::Change& change) {
  if (change.has_put()) put(change.put());
  if (change.has_removed()) {
    current_.erase(change.removed().instance());
    former_.erase(change.removed().instance());
  }
}

void KnownAddresses::put(const broker::v1::Entry& entry) {
  former_.erase(entry.instance());
  current_[entry.instance()] = entry.address();
}

}  // namespace denizen

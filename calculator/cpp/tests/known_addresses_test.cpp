#include "known_addresses.hpp"

#include <utility>

#include "check.hpp"

namespace denizen {
namespace {

using Instances = std::vector<std::pair<std::string, std::string>>;

broker::v1::WatchUpdate snapshot(const std::string& epoch,
                                 const Instances& instances) {
  broker::v1::WatchUpdate update;
  update.set_epoch(epoch);
  update.mutable_snapshot();
  for (const auto& [instance, address] : instances) {
    auto* entry = update.mutable_snapshot()->add_entries();
    entry->set_instance(instance);
    entry->set_address(address);
  }
  return update;
}

std::string text_of(const KnownAddresses& known) {
  std::string text;
  for (const auto& address : known.list()) text += address + ' ';
  return text;
}

}  // namespace
}  // namespace denizen

void denizen::test_known_addresses() {
  KnownAddresses known;
  known.apply(snapshot("one", {{"b", "b:1"}, {"c", "c:1"}}));
  broker::v1::WatchUpdate changes;
  auto* put = changes.mutable_changes()->add_changes()->mutable_put();
  put->set_instance("a");
  put->set_address("a:1");
  auto* removed = changes.mutable_changes()->add_changes()->mutable_removed();
  removed->set_instance("b");
  known.apply(changes);
  check("after changes", text_of(known), "a:1 c:1 ");

  known.apply(snapshot("one", {{"a", "a:2"}, {"b", "a:2"}}));
  check("after a snapshot", text_of(known), "a:2 ");

  known.apply(snapshot("two", {{"b", "b:2"}}));
  check("after a restart", text_of(known), "a:2 b:2 ");
  check("unsettled()", known.unsettled(), true);
  known.settle();
  check("settled", text_of(known), "b:2 ");
  check("unsettled()", known.unsettled(), false);
}

#include "whole_snapshots.hpp"

#include <string>

#include "check.hpp"

namespace denizen {
namespace {

broker::v1::WatchUpdate part(const std::string& instance, bool more) {
  broker::v1::WatchUpdate update;
  update.mutable_snapshot()->add_entries()->set_instance(instance);
  update.mutable_snapshot()->set_more(more);
  return update;
}

std::string joined(WholeSnapshots& snapshots,
                   broker::v1::WatchUpdate update) {
  if (!snapshots.join(update)) return "a part is missing";
  std::string text;
  for (const auto& entry : update.snapshot().entries()) {
    text += entry.instance() + ' ';
  }
  return text;
}

}  // namespace
}  // namespace denizen

void denizen::test_whole_snapshots() {
  WholeSnapshots snapshots;
  check("first part", joined(snapshots, part("a", true)), "a part is missing");
  check("second part", joined(snapshots, part("b", true)), "a part is missing");
  check("last part", joined(snapshots, part("c", false)), "a b c ");
  check("only part", joined(snapshots, part("d", false)), "d ");

  broker::v1::WatchUpdate changes;
  changes.mutable_changes()->add_changes();
  check("changes", snapshots.join(changes), true);
  check("unchanged", changes.changes().changes_size(), 1);
}

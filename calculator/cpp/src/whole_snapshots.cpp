#include "whole_snapshots.hpp"

namespace denizen {

bool WholeSnapshots::join(broker::v1::WatchUpdate& update) {
  if (!update.has_snapshot()) return true;
  auto& part = *update.mutable_snapshot();
  const bool more = part.more();
  parts_.MergeFrom(part);
  if (more) return false;
  part.Clear();
  part.mutable_entries()->Swap(parts_.mutable_entries());
  parts_.Clear();
  return true;
}

}  // namespace denizen

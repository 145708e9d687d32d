// Joins the parts of a snapshot.
//
// The same rules as those of broker/whole_snapshots.ts.
#pragma once

#include "broker/v1/broker.pb.h"

namespace denizen {

/// Holds the parts of one watch's snapshot until the last is there. Each stream
/// has one of its own: what a stream does not finish is never told.
class WholeSnapshots {
 public:
  /// True when `update` can be told, and holds all parts then.
  bool join(broker::v1::WatchUpdate& update);

 private:
  broker::v1::Snapshot parts_;
};

}  // namespace denizen

// The one way to open a connection, and to say until when a call may take.
#pragma once

#include <grpc/support/time.h>
#include <grpcpp/channel.h>

#include <chrono>
#include <memory>
#include <string>

namespace denizen {

/// Returns a channel that connects at the first call, and again whenever the
/// connection has been lost.
///
/// `address` is `host:port` or `unix:/path`. Each call shows the token of the
/// run, if the server is of this machine.
std::shared_ptr<grpc::Channel> channel_to(const std::string& address);

/// The moment after so much time, by the clock that nobody can set.
gpr_timespec deadline_in(std::chrono::nanoseconds time);

}  // namespace denizen

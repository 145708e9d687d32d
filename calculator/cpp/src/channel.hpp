// The one way to open a connection, and to say until when a call may take.
#pragma once

#include <grpc/support/time.h>
#include <grpcpp/channel.h>

#include <chrono>
#include <memory>
#include <string>

#include "tls.hpp"

namespace denizen {

/// Returns a channel that connects at the first call, and again whenever the
/// connection has been lost.
///
/// `address` is `host:port` or `unix:/path`. Each call shows the token of the
/// run, if the server is of this machine. With an identity it speaks TLS, and
/// shows no token; on a unix socket nobody can listen, so that goes without.
///
/// @param identity Null for none.
std::shared_ptr<grpc::Channel> channel_to(
    const std::string& address, const Identity* identity = nullptr);

/// True when the server has not answered, so that another try may help.
bool is_passing(const grpc::Status& status);

/// Says in words why a call to `address` has failed.
std::string reason(const grpc::Status& status, const std::string& address,
                   const Identity* identity);

/// The moment after so much time, by the clock that nobody can set.
gpr_timespec deadline_in(std::chrono::nanoseconds time);

}  // namespace denizen

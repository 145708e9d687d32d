// The one way to open a connection.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace denizen {

/// Returns a channel that connects at the first call, and again whenever the
/// connection has been lost.
///
/// `address` is `host:port` or `unix:/path`.
std::shared_ptr<grpc::Channel> channel_to(const std::string& address);

}  // namespace denizen

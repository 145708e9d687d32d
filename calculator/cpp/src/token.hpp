// The secret of one run, by which its processes know each other.
//
// The same rules as those of runtime/rpc/token.ts and credentials.ts: a client
// shows it to servers of this machine; a process without one shows nothing.
#pragma once

#include <grpcpp/support/client_interceptor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace denizen {

/// The token of the run that this process belongs to, if to any.
std::optional<std::string> own_token();

/// What a call to `address` shows as `authorization`: `token`, if nobody can
/// listen on the way, by loopback or a unix socket. To any other it shows
/// nothing.
std::optional<std::string> shown_to(const std::string& address,
                                    const std::optional<std::string>& token);

/// What shows it with each call of a channel to `address`.
std::vector<
    std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
token_interceptors(const std::string& address);

}  // namespace denizen

#include "channel.hpp"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "token.hpp"

namespace denizen {
namespace {

bool is_unix(const std::string& address) {
  return address.rfind("unix:", 0) == 0;
}

}  // namespace

std::shared_ptr<grpc::Channel> channel_to(const std::string& address,
                                          const Identity* identity) {
  grpc::ChannelArguments arguments;
  // Reconnect soon: everything is on this machine.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // Notice a frozen peer, also on a stream that has been silent for long.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 5000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Proxies are for other machines.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Do not share connections between channels: closing one closes its own.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (identity != nullptr && !is_unix(address)) {
    const auto material = identity->current();
    return grpc::CreateCustomChannel(
        address,
        grpc::SslCredentials({material.ca, material.key, material.cert}),
        arguments);
  }
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      address, grpc::InsecureChannelCredentials(), arguments,
      token_interceptors(address));
}

bool is_passing(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
      return true;
    default:
      return false;
  }
}

std::string reason(const grpc::Status& status, const std::string& address,
                   const Identity* identity) {
  const bool has_tls = identity != nullptr && !is_unix(address);
  return has_tls ? tls_problem(status.error_message(), address)
                 : status.error_message();
}

gpr_timespec deadline_in(std::chrono::nanoseconds time) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(time.count(), GPR_TIMESPAN));
}

}  // namespace denizen

#include "token.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace denizen {
namespace {

constexpr auto kTokenVariable = "DENIZEN_TOKEN";

/// The name of gRPC's metadata that carries it (RFC 6750, section 2.1).
constexpr auto kAuthorization = "authorization";

bool is_loopback(const in_addr& ip) { return ntohl(ip.s_addr) >> 24 == 127; }

bool is_loopback(const in6_addr& ip) {
  // As 16 bytes, of which an IPv4 address has the last four.
  if (!IN6_IS_ADDR_V4MAPPED(&ip)) return IN6_IS_ADDR_LOOPBACK(&ip);
  return ip.s6_addr[12] == 127;
}

/// True where no other machine is at the other end.
bool is_local(const std::string& address) {
  if (address.rfind("unix:", 0) == 0) return true;
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return false;
  auto host = address.substr(0, colon);
  if (host == "localhost") return true;
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return is_loopback(v4);
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') {
    return false;
  }
  host = host.substr(1, host.size() - 2);
  in6_addr v6;
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && is_loopback(v6);
}

/// True if metadata can carry it: gRPC ends the process otherwise.
bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char each) { return each > ' ' && each < '\x7f'; });
}

class ShowToken : public grpc::experimental::Interceptor {
 public:
  explicit ShowToken(const std::string& shown) : shown_(shown) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* call) override {
    using grpc::experimental::InterceptionHookPoints;
    if (call->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      call->GetSendInitialMetadata()->emplace(kAuthorization, shown_);
    }
    call->Proceed();
  }

 private:
  const std::string& shown_;
};

/// Lives as long as its channel, and so longer than any call of it.
class ShowsToken
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit ShowsToken(std::string shown) : shown_(std::move(shown)) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo*) override {
    // gRPC takes what it is given, and deletes it with the call.
    return new ShowToken(shown_);
  }

 private:
  const std::string shown_;
};

}  // namespace

std::optional<std::string> own_token() {
  const char* token = std::getenv(kTokenVariable);
  if (token == nullptr || *token == '\0') return std::nullopt;
  return token;
}

std::optional<std::string> shown_to(const std::string& address,
                                    const std::optional<std::string>& token) {
  if (!token || !is_local(address) || !is_plain(*token)) return std::nullopt;
  return "Bearer " + *token;
}

std::vector<
    std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
token_interceptors(const std::string& address) {
  std::vector<
      std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
      interceptors;
  if (auto shown = shown_to(address, own_token())) {
    interceptors.push_back(std::make_unique<ShowsToken>(*std::move(shown)));
  }
  return interceptors;
}

}  // namespace denizen

#include "token.hpp"

#include <cstdlib>

#include "check.hpp"

namespace denizen {
namespace {

std::string shown(const std::string& address, const std::string& token) {
  return shown_to(address, token).value_or("nothing");
}

std::string own_of(const char* value) {
  setenv("DENIZEN_TOKEN", value, /*overwrite=*/1);
  const auto token = own_token();
  unsetenv("DENIZEN_TOKEN");
  return token.value_or("none");
}

}  // namespace
}  // namespace denizen

void denizen::test_token() {
  for (const auto* address :
       {"127.0.0.1:1", "127.1.2.3:1", "[::1]:1", "[::ffff:127.0.0.1]:1",
        "localhost:1", "unix:/run/a.sock"}) {
    check(address, shown(address, "secret"), "Bearer secret");
    check(address, shown_to(address, std::nullopt).has_value(), false);
  }
  for (const auto* address :
       {"10.0.0.7:1", "[::ffff:10.0.0.7]:1", "128.0.0.1:1", "[fe80::1]:1",
        "0.0.0.0:1", "localhost.example:1", "127.0.0.1.example:1",
        "127.0.0.1:1@10.0.0.7:1", "127.0.0.1:1,10.0.0.7:1",
        "ipv4:127.0.0.1:1,10.0.0.7:1", "dns:///127.0.0.1:1", "127.0.0.1", ""}) {
    check(address, shown(address, "secret"), "nothing");
  }
  // gRPC would end the process.
  for (const auto* token : {"a\nb", "a b", "\xc3\xa9"}) {
    check("not plain", shown("127.0.0.1:1", token), "nothing");
  }
  check("own_token()", own_of("secret"), "secret");
  check("own_token() of an empty variable", own_of(""), "none");
}

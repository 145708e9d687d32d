#include "tls.hpp"

#include <string>

#include "check.hpp"
#include "program.hpp"

namespace denizen {
namespace {

std::string opened(const TlsFlags& flags) {
  try {
    return Identity::open(flags) ? "opened" : "none";
  } catch (const Failure& failure) {
    check("exit_code()", failure.exit_code(), 2);
    return failure.what();
  }
}

bool tells(const char* message, const char* expected) {
  return tls_problem(message, "10.0.0.5:1").find(expected) != std::string::npos;
}

}  // namespace
}  // namespace denizen

void denizen::test_tls() {
  check("no files", opened({}), "none");
  check("no key", opened({"ca.pem", "a.pem", ""}),
        "Cannot use TLS: --tls-key (DENIZEN_TLS_KEY) is missing; give all three "
        "files or none");
  check("absent", opened({"/absent/ca.pem", "a.pem", "a-key.pem"}),
        "Cannot use \"/absent/ca.pem\" (--tls-ca) for TLS: there is no such file");

  check("host", tells("Peer name 10.0.0.5 is not in peer certificate",
                      "certificates --host=10.0.0.5 makes"), true);
  check("CA", tells("SSL routines::certificate verify failed",
                    "another CA than this program trusts"), true);
  check("plain", tells("SSL routines::wrong version number", "speaks no TLS"),
        true);
  check("refused", tells("Socket closed", "does not accept"), true);
  check("else", tls_problem("Deadline Exceeded", "a:1"), "Deadline Exceeded");
}

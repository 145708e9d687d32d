// Runs the unit tests; the exit code says whether all have passed.
#include "check.hpp"

int main() {
  denizen::test_ask_patiently();
  denizen::test_backoff();
  denizen::test_brokers();
  denizen::test_flags();
  denizen::test_format();
  denizen::test_known_addresses();
  denizen::test_program();
  denizen::test_stop();
  denizen::test_tls();
  denizen::test_token();
  denizen::test_visible_text();
  denizen::test_whole_snapshots();
  std::cout << (denizen::failed == 0 ? "ok" : "failed") << '\n';
  return denizen::failed == 0 ? 0 : 1;
}

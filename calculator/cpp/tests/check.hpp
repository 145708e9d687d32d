// The few lines that the unit tests need of a framework.
#pragma once

#include <iostream>

namespace denizen {

/// Checks that have failed so far.
inline int failed = 0;

template <typename Actual, typename Expected>
void check(const char* what, const Actual& actual, const Expected& expected) {
  if (actual == expected) return;
  failed++;
  std::cerr << what << ": " << actual << " is not " << expected << '\n';
}

void test_ask_patiently();
void test_backoff();
void test_brokers();
void test_flags();
void test_format();
void test_known_addresses();
void test_program();
void test_stop();
void test_tls();
void test_token();
void test_visible_text();
void test_whole_snapshots();

}  // namespace denizen

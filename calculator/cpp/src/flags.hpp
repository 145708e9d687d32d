// The client's command line, with the messages of the TypeScript client.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tls.hpp"

namespace denizen {

/// The client's flags.
struct ClientFlags {
  /// One address, or several with commas.
  std::string broker = "127.0.0.1:50051";
  bool once = false;
  /// None: without an end.
  std::optional<std::uint64_t> count;
  std::chrono::milliseconds interval{1000};
  TlsFlags tls;
  bool help = false;
};

/// Reads a command line.
///
/// @param words The arguments, without the program.
/// @throws Failure with exit code 2, saying what is wrong.
ClientFlags read_flags(const std::vector<std::string>& words);

/// The help text.
std::string describe_flags();

/// Reads a duration as docker compose writes them: 500ms, 1.5s, 1m30s.
std::optional<std::chrono::milliseconds> parse_duration(const std::string& text);

}  // namespace denizen

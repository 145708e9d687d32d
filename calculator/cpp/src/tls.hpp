// Who a program is, by TLS: its certificate, its key, and the CA it trusts.
//
// The same flags, variables and words as those of runtime/rpc/tls/. What is wrong
// ends the program at its start; on SIGHUP it is told, and the files of before go
// on.
#pragma once

#include <memory>
#include <mutex>
#include <string>

namespace denizen {

/// The files that the flags name; each empty if it does not.
struct TlsFlags {
  std::string ca;
  std::string cert;
  std::string key;
};

/// What the files say, in PEM.
struct TlsMaterial {
  std::string ca;
  std::string cert;
  std::string key;
  /// Grows with each change: what was made of an older one is out of date.
  unsigned generation = 0;
};

/// A program's identity.
class Identity {
 public:
  /// Opens what the flags name, or else the environment; null without either.
  ///
  /// @throws Failure with exit code 2 if not all three files are named, or one is
  /// wrong.
  static std::shared_ptr<Identity> open(TlsFlags flags);

  /// Reads the files again on each SIGHUP, for the life of the process. To be
  /// called once at most.
  static void follow_hangups(std::shared_ptr<Identity> identity);

  /// What is in force.
  TlsMaterial current() const;

  /// Reads the files again, and says how that went.
  void reload();

 private:
  explicit Identity(TlsFlags files);

  const TlsFlags files_;
  mutable std::mutex mutex_;
  TlsMaterial material_;
};

/// Says in words why a connection by TLS has failed.
///
/// @param message What gRPC says of it.
/// @param address What was called.
std::string tls_problem(const std::string& message, const std::string& address);

}  // namespace denizen

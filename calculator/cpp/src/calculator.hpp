// Calls the calculator, whichever of its servers is there: each in its turn,
// and the next one at once when one has died.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "calculator/v1/calculator.grpc.pb.h"
#include "discovery.hpp"
#include "format.hpp"
#include "stop.hpp"
#include "tls.hpp"

namespace denizen {

/// There is no answer, but that passes: a server or the broker is away, has
/// died, or hangs.
class Passing : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// All calculator servers that the broker knows.
class Calculator {
 public:
  /// `stop` cancels the call that is under way.
  ///
  /// @param brokers Their addresses, with commas.
  /// @param identity Null for none.
  Calculator(std::string brokers, std::shared_ptr<const Identity> identity,
             Stop& stop);

  /// Carries out one calculation.
  ///
  /// @throws Passing if another try may help.
  /// @throws Failure if the question itself is refused, or whoever asks it.
  Answer calculate(const Question& question, std::chrono::milliseconds time);

 private:
  using Stub = calculator::v1::CalculatorService::Stub;
  using Time = std::chrono::steady_clock::time_point;

  std::vector<std::string> addresses(Time until);
  Stub& stub_for(const std::string& address);
  void forget_all_but(const std::vector<std::string>& addresses);

  const std::string brokers_;
  const std::shared_ptr<const Identity> identity_;
  /// Of the certificate that the stubs show.
  unsigned generation_ = 0;
  Stop& stop_;
  Discovery discovery_;
  /// Kept for the life of the process, or until an address is forgotten.
  std::map<std::string, std::unique_ptr<Stub>> stubs_;
  std::size_t turn_ = 0;
};

}  // namespace denizen

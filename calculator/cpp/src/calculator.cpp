#include "calculator.hpp"

#include <algorithm>
#include <utility>

#include "backoff.hpp"
#include "channel.hpp"
#include "program.hpp"

namespace denizen {
namespace {

constexpr auto kService = "calculator.v1.CalculatorService";

/// Tries of one call that finds no server.
constexpr std::size_t kMaxAttempts = 4;

/// Between two tries, once every server has had one.
constexpr Backoff kRetry{std::chrono::milliseconds(50),
                         std::chrono::milliseconds(500)};

}  // namespace

Calculator::Calculator(std::string brokers,
                       std::shared_ptr<const Identity> identity, Stop& stop)
    : brokers_(std::move(brokers)),
      identity_(std::move(identity)),
      stop_(stop),
      discovery_(kService, brokers_, identity_) {}

Answer Calculator::calculate(const Question& question,
                             std::chrono::milliseconds time) {
  const auto started = std::chrono::steady_clock::now();
  const auto until = started + time;
  for (std::size_t attempts = 1;; attempts++) {
    const auto known = addresses(until);
    forget_all_but(known);
    turn_ = (turn_ + 1) % known.size();
    const auto& address = known[turn_];

    grpc::ClientContext call;
    call.set_deadline(deadline_in(until - std::chrono::steady_clock::now()));
    const Stop::CancelsCall cancels(stop_, call);
    calculator::v1::CalculateResponse response;
    const auto status =
        stub_for(address).Calculate(&call, question, &response);
    if (status.ok()) {
      const auto elapsed = std::chrono::steady_clock::now() - started;
      return {question, response.result(), elapsed, address};
    }
    if (!is_passing(status)) throw Failure(1, status.error_message());
    const bool late = std::chrono::steady_clock::now() >= until;
    if (late || attempts >= std::max(kMaxAttempts, known.size())) {
      throw Passing("Cannot reach " + std::string(kService) + " at " + address +
                    ": " + reason(status, address, identity_.get()));
    }
    const auto rounds = static_cast<int>(attempts / known.size());
    if (rounds > 0) stop_.pause(kRetry.after(rounds));
  }
}

std::vector<std::string> Calculator::addresses(Time until) {
  auto [addresses, why, refused] = discovery_.find(until, stop_);
  if (refused) throw Failure(1, why);
  if (!addresses && why.empty()) {
    throw Passing("Cannot reach the broker at " + brokers_ + ": no answer");
  }
  if (!addresses) throw Passing(why);
  if (addresses->empty()) {
    throw Passing("Cannot reach " + std::string(kService) +
                  ": no instance is registered with the broker at " + brokers_);
  }
  return *std::move(addresses);
}

Calculator::Stub& Calculator::stub_for(const std::string& address) {
  const auto generation = identity_ ? identity_->current().generation : 0;
  // Whatever is called from now on sees the new certificate.
  if (generation != generation_) stubs_.clear();
  generation_ = generation;
  auto& stub = stubs_[address];
  if (!stub) {
    stub = calculator::v1::CalculatorService::NewStub(
        channel_to(address, identity_.get()));
  }
  return *stub;
}

void Calculator::forget_all_but(const std::vector<std::string>& addresses) {
  for (auto each = stubs_.begin(); each != stubs_.end();) {
    const auto end = addresses.end();
    const bool known = std::find(addresses.begin(), end, each->first) != end;
    each = known ? std::next(each) : stubs_.erase(each);
  }
}

}  // namespace denizen

// Connects, calls and disconnects many times, each in a new connection, which
// newer versions of gRPC end with a goodbye (HTTP/2 GOAWAY). For tests:
// `calculator-soak CALCULATOR BROKER ROUNDS`.

#include <charconv>
#include <string>
#include <vector>

#include "broker/v1/broker.grpc.pb.h"
#include "calculator/v1/calculator.grpc.pb.h"
#include "channel.hpp"
#include "log.hpp"
#include "program.hpp"

namespace denizen {
namespace {

/// One call, in a connection of its own.
void call(const std::string& address, int round) {
  const auto stub =
      calculator::v1::CalculatorService::NewStub(channel_to(address));
  calculator::v1::CalculateRequest request;
  request.set_operand1(round);
  request.set_operand2(1);
  request.set_operation(calculator::v1::OPERATION_ADD);
  calculator::v1::CalculateResponse response;
  grpc::ClientContext context;
  const auto status = stub->Calculate(&context, request, &response);
  if (!status.ok()) throw Failure(1, "Cannot go on: " + status.error_message());
  if (response.result() != round + 1) throw Failure(1, "A wrong answer");
}

/// One stream, in a connection that is closed while it is open.
void watch(const std::string& address) {
  const auto stub = broker::v1::BrokerService::NewStub(channel_to(address));
  grpc::ClientContext context;
  const auto updates = stub->Watch(&context, {});
  broker::v1::WatchUpdate update;
  if (!updates->Read(&update)) {
    throw Failure(1, "Cannot go on: " + updates->Finish().error_message());
  }
  context.TryCancel();
}

}  // namespace
}  // namespace denizen

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  denizen::run_program([&](denizen::Stop&) {
    if (words.size() != 3) {
      throw denizen::Failure(2, "Expected: CALCULATOR BROKER ROUNDS");
    }
    int rounds = 0;
    const char* end = words[2].data() + words[2].size();
    const auto read = std::from_chars(words[2].data(), end, rounds);
    if (read.ec != std::errc() || read.ptr != end) {
      throw denizen::Failure(2, "ROUNDS is no number");
    }
    for (int round = 0; round < rounds; round++) {
      denizen::call(words[0], round);
      denizen::watch(words[1]);
    }
    denizen::print(words[2] + " rounds");
  });
}

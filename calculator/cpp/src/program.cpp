#include "program.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "log.hpp"

namespace denizen {
namespace {

/// Two signals within this time are one Ctrl-C: a terminal signals every
/// process in the foreground, and whoever started us passes its own on.
constexpr std::chrono::milliseconds kSameKey{300};

int next_signal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

/// Requests the stop at the first signal, and ends the process at the next one
/// that is not still the first.
void stop_on_signal(const sigset_t& signals, Stop& stop,
                    std::atomic<int>& exit_code) {
  exit_code = next_signal(signals) == SIGINT ? 130 : 0;
  stop.request();
  const auto same_until = std::chrono::steady_clock::now() + kSameKey;
  for (;;) {
    const int signal = next_signal(signals);
    if (std::chrono::steady_clock::now() < same_until) continue;
    std::_Exit(signal == SIGINT ? 130 : 143);
  }
}

}  // namespace

int exit_code_of(const std::function<void()>& main) {
  try {
    main();
    return 0;
  } catch (const Failure& failure) {
    const std::string message = failure.what();
    if (!message.empty()) log(message);
    return failure.exit_code();
  } catch (const std::exception& defect) {
    log(std::string("Defect while running: ") + defect.what());
  } catch (...) {
    log("Defect while running: something was thrown that says nothing");
  }
  return 1;
}

void run_program(const std::function<void(Stop&)>& main) {
  // gRPC reports lost connections by itself; we say what matters.
  setenv("GRPC_VERBOSITY", "NONE", /*replace=*/0);
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  // Before any thread is started, so that only ours receives them.
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  Stop stop;
  std::atomic<int> stopped_code{0};
  std::thread([&] { stop_on_signal(signals, stop, stopped_code); }).detach();
  const int code = exit_code_of([&] { main(stop); });
  // Not exit(): the thread above still uses what lives here.
  std::_Exit(code != 0 ? code : stopped_code.load());
}

}  // namespace denizen

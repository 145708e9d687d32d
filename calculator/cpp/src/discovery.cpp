#include "discovery.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "backoff.hpp"
#include "channel.hpp"
#include "whole_snapshots.hpp"

namespace denizen {
namespace {

/// How long services may take to register with a broker that has restarted:
/// more than their longest backoff and connecting anew.
constexpr std::chrono::seconds kSettle{5};

/// How often a wait for the first news looks whether it should end.
constexpr std::chrono::milliseconds kLook{20};

/// The variable that holds what this process is called, and the metadata that
/// tells the broker.
constexpr auto kServiceVariable = "DENIZEN_SERVICE";
constexpr auto kCaller = "denizen-service";

/// What the supervisor calls this process, for who looks who follows; empty if
/// that is nothing that metadata can carry. Before the last slash stands whose
/// it is.
std::string own_caller() {
  const char* value = std::getenv(kServiceVariable);
  std::string name = value == nullptr ? "" : value;
  // Without a slash it begins at 0: npos and one.
  name.erase(0, name.rfind('/') + 1);
  const bool is_plain = std::all_of(
      name.begin(), name.end(),
      [](char each) { return each > ' ' && each < '\x7f'; });
  return is_plain ? name : "";
}

}  // namespace

Discovery::Discovery(std::string service, std::string broker,
                     std::shared_ptr<const Identity> identity)
    : service_(std::move(service)),
      address_(std::move(broker)),
      identity_(std::move(identity)),
      thread_([this] { follow(); }) {}

Discovery::~Discovery() {
  ending_.request();
  thread_.join();
}

Found Discovery::find(std::chrono::steady_clock::time_point until,
                      const Stop& stop) {
  std::unique_lock lock(mutex_);
  while (!told_ && why_.ok() && !stop.requested() &&
         std::chrono::steady_clock::now() < until) {
    changed_.wait_for(lock, kLook);
  }
  if (!told_ && why_.ok()) return {std::nullopt, "no answer"};
  if (!told_) {
    const auto code = why_.error_code();
    return {std::nullopt, reason(why_, address_, identity_.get()),
            code == grpc::StatusCode::UNAUTHENTICATED ||
                code == grpc::StatusCode::PERMISSION_DENIED};
  }
  if (std::chrono::steady_clock::now() >= settle_at_) known_.settle();
  return {known_.list(), ""};
}

void Discovery::follow() {
  while (!ending_.requested()) {
    connect();
    away(read(failures_ > 0));
    ending_.pause(kReopen.after(++failures_));
  }
}

void Discovery::connect() {
  const auto generation = identity_ ? identity_->current().generation : 0;
  if (broker_ && generation == generation_) return;
  generation_ = generation;
  broker_ = broker::v1::BrokerService::NewStub(
      channel_to(address_, identity_.get()));
}

grpc::Status Discovery::read(bool wait_for_ready) {
  grpc::ClientContext call;
  call.set_wait_for_ready(wait_for_ready);
  if (const auto caller = own_caller(); !caller.empty()) {
    call.AddMetadata(kCaller, caller);
  }
  const Stop::CancelsCall cancels(ending_, call);
  broker::v1::WatchRequest request;
  request.set_service(service_);
  const auto updates = broker_->Watch(&call, request);
  broker::v1::WatchUpdate update;
  WholeSnapshots snapshots;
  while (updates->Read(&update)) {
    failures_ = 0;
    if (snapshots.join(update)) apply(update);
  }
  const auto status = updates->Finish();
  if (!status.ok()) return status;
  return {grpc::StatusCode::UNAVAILABLE, "the broker has stopped"};
}

void Discovery::apply(const broker::v1::WatchUpdate& update) {
  const std::lock_guard lock(mutex_);
  known_.apply(update);
  if (update.has_snapshot()) {
    settle_at_ = std::chrono::steady_clock::now() + kSettle;
  }
  told_ = true;
  changed_.notify_all();
}

void Discovery::away(const grpc::Status& why) {
  const std::lock_guard lock(mutex_);
  why_ = why;
  changed_.notify_all();
}

}  // namespace denizen

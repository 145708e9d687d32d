#include "discovery.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "backoff.hpp"
#include "brokers.hpp"
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

Discovery::Discovery(std::string service, const std::string& brokers,
                     std::shared_ptr<const Identity> identity)
    : service_(std::move(service)),
      brokers_(brokers_in(brokers)),
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
  if (!told_ && why_.ok()) return {std::nullopt, ""};
  if (!told_) {
    const auto code = why_.error_code();
    const bool refused = code == grpc::StatusCode::UNAUTHENTICATED ||
                         code == grpc::StatusCode::PERMISSION_DENIED;
    const auto why = reason(why_, whose_, identity_.get());
    const auto where = "Cannot reach the broker at " + whose_ + ": ";
    return {std::nullopt, refused ? why : where + why, refused};
  }
  if (std::chrono::steady_clock::now() >= settle_at_) known_.settle();
  return {known_.list(), ""};
}

void Discovery::follow() {
  while (!ending_.requested()) {
    read_one_that_answers();
    ending_.pause(kReopen.after(++failures_));
  }
}

void Discovery::read_one_that_answers() {
  for (std::size_t tries = 1; !ending_.requested(); tries++) {
    connect();
    bool has_answered = false;
    const auto why = read(has_answered);
    const bool goes_on = is_gone(why);
    const bool is_last =
        !goes_on || has_answered || tries == brokers_.size();
    if (is_last) away(why);
    if (goes_on) use_next();
    if (is_last) return;
  }
}

void Discovery::use_next() {
  // The only one keeps its connection.
  if (brokers_.size() == 1) return;
  used_ = (used_ + 1) % brokers_.size();
  broker_.reset();
}

void Discovery::connect() {
  const auto generation = identity_ ? identity_->current().generation : 0;
  if (broker_ && generation == generation_) return;
  generation_ = generation;
  broker_ = broker::v1::BrokerService::NewStub(
      channel_to(address(), identity_.get()));
}

grpc::Status Discovery::read(bool& has_answered) {
  const bool is_only_one = brokers_.size() == 1;
  grpc::ClientContext call;
  // Nobody waits for one broker while there is another.
  call.set_wait_for_ready(is_only_one && failures_ > 0);
  if (const auto caller = own_caller(); !caller.empty()) {
    call.AddMetadata(kCaller, caller);
  }
  const Stop::CancelsCall cancels(ending_, call);
  broker::v1::WatchRequest request;
  request.set_service(service_);
  std::optional<FirstWord> first_word;
  if (!is_only_one) first_word.emplace(call);
  const auto updates = broker_->Watch(&call, request);
  broker::v1::WatchUpdate update;
  WholeSnapshots snapshots;
  while (updates->Read(&update)) {
    failures_ = 0;
    has_answered = true;
    if (first_word) first_word->came();
    if (snapshots.join(update)) apply(update);
  }
  const auto status = updates->Finish();
  if (first_word && !first_word->problem().empty()) {
    return {grpc::StatusCode::DEADLINE_EXCEEDED, first_word->problem()};
  }
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
  whose_ = address();
  changed_.notify_all();
}

}  // namespace denizen

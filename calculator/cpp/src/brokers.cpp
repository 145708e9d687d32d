#include "brokers.hpp"

#include <algorithm>
#include <chrono>

#include "channel.hpp"

namespace denizen {
namespace {

/// Before another is asked: longer than a broker waits for its etcd.
constexpr std::chrono::milliseconds kFirstWord{3500};

}  // namespace

std::vector<std::string> brokers_in(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto comma = std::min(text.find(',', begin), text.size());
    all.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return all;
}

bool is_gone(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::INTERNAL:
    // A limit is that of one broker.
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    // While they are updated one by one, another may know more.
    case grpc::StatusCode::FAILED_PRECONDITION:
      return true;
    default:
      return is_passing(status);
  }
}

FirstWord::FirstWord(grpc::ClientContext& call)
    : thread_([this, &call] {
        came_.pause(kFirstWord);
        if (came_.requested()) return;
        missing_ = true;
        call.TryCancel();
      }) {}

FirstWord::~FirstWord() {
  came_.request();
  thread_.join();
}

std::string FirstWord::problem() const {
  if (!missing_) return "";
  return "it has not answered within " + std::to_string(kFirstWord.count()) +
         " ms";
}

}  // namespace denizen

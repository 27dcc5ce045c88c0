// Other servers as tests want them: answers by a function, and remembers what was asked.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "service/outgoing.h"

namespace proffer::tests {

class FakeOutgoing final : public service::Outgoing {
 public:
  using Answer = std::function<base::Result<service::OutgoingAnswer>(const service::OutgoingRequest&)>;

  // Until told otherwise nobody answers anywhere.
  Answer answer = [](const service::OutgoingRequest& request) -> base::Result<service::OutgoingAnswer> {
    return base::fail(base::ErrorKind::remote, request.url + ": nobody is there");
  };

  base::Result<service::OutgoingAnswer> send(const service::OutgoingRequest& request) override {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    return answer(request);
  }

  std::vector<service::OutgoingRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<service::OutgoingRequest> requests_;
};

}  // namespace proffer::tests

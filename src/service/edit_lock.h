// One node at a time changes what all nodes share, such as a campaign's definition.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "service/ports.h"

namespace proffer::service {

class EditLock {
 public:
  // Does not wait: `conflict` while another node has it. Where there are no other nodes it is always free.
  static base::Result<EditLock> take(const Ports& ports, std::string name);
  ~EditLock();
  EditLock(EditLock&& other) noexcept : leases_(std::exchange(other.leases_, nullptr)), name_(std::move(other.name_)) {}
  EditLock& operator=(EditLock&&) = delete;

 private:
  EditLock(store::Leases* leases, std::string name) : leases_(leases), name_(std::move(name)) {}

  store::Leases* leases_;
  std::string name_;
};

}  // namespace proffer::service

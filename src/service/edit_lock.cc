#include "service/edit_lock.h"

#include "base/limits.h"
#include "base/log.h"

namespace proffer::service {

base::Result<EditLock> EditLock::take(const Ports& ports, std::string name) {
  if (ports.leases == nullptr) return EditLock(nullptr, std::move(name));
  TRY(const bool taken, ports.leases->take(name, base::limits::edit_lease));
  if (taken) return EditLock(ports.leases, std::move(name));
  return base::fail(base::ErrorKind::conflict, "another node is changing this now: try again");
}

EditLock::~EditLock() {
  if (leases_ == nullptr) return;
  if (auto status = leases_->give_back(name_); !status)
    base::log::warn("the lease {} ends by itself: {}", name_, status.error().message);
}

}  // namespace proffer::service

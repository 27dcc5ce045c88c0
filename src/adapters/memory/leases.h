// Leases of nodes within one process: for tests.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "store/leases.h"

namespace proffer::adapters {

struct MemoryLeaseTable {
  struct Held {
    std::uint32_t node = 0;
    base::Time until;
  };
  std::mutex mutex;
  std::map<std::string, Held, std::less<>> held;
};

class MemoryLeases final : public store::Leases {
 public:
  MemoryLeases(const base::Clock& clock, std::shared_ptr<MemoryLeaseTable> table, std::uint32_t node)
      : clock_(clock), table_(std::move(table)), node_(node) {}

  base::Result<bool> take(std::string_view name, base::Micros duration) override {
    const std::lock_guard lock(table_->mutex);
    auto& held = table_->held[std::string(name)];
    if (held.node != 0 && held.node != node_ && held.until > clock_.now()) return false;
    held = {node_, clock_.now() + duration};
    return true;
  }

  base::Status give_back(std::string_view name) override {
    const std::lock_guard lock(table_->mutex);
    const auto found = table_->held.find(name);
    if (found != table_->held.end() && found->second.node == node_) table_->held.erase(found);
    return {};
  }

 private:
  const base::Clock& clock_;
  std::shared_ptr<MemoryLeaseTable> table_;
  std::uint32_t node_;
};

}  // namespace proffer::adapters

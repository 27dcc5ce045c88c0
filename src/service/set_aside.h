// Outcomes that came while the database was away, of decisions that this node did not know: they are kept as they came,
// and recorded when the database is back. What turns out to belong to no decision goes to the dead letters.
#pragma once

#include <string>
#include <string_view>

#include "base/metrics.h"
#include "base/result.h"
#include "service/ports.h"
#include "service/respond.h"

namespace proffer::service {

std::string note_of(const RespondRequest& request, base::Time now);
// Errors: `internal` for what note_of did not make.
base::Result<RespondRequest> request_of(std::string_view note);

class SetAside {
 public:
  SetAside(const Ports& ports, Respond& respond, base::Metrics& metrics);

  // Records what was set aside, once the database is back. A failure is told, and tried again at the next call.
  void run();

 private:
  base::Status record(std::string_view note);
  base::Result<bool> is_awaited(std::string_view note) const;
  base::Status bury(std::string_view note, const std::string& why);

  Ports ports_;
  Respond& respond_;
  base::Counter& dead_letters_;
};

}  // namespace proffer::service

// Checkpoints on MongoDB: in parts, as a document holds 16 MiB at most. What is read is one whole checkpoint, whoever
// writes meanwhile.
#pragma once

#include <optional>
#include <string>

#include "adapters/mongodb/connection.h"
#include "store/decision_log.h"

namespace proffer::adapters {

base::Status save_checkpoint(MongoConnection& connection, const std::string& database,
                             const store::Checkpoint& checkpoint);
base::Result<std::optional<store::Checkpoint>> load_checkpoint(MongoConnection& connection, const std::string& database,
                                                               std::uint32_t campaign);

}  // namespace proffer::adapters

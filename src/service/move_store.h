// Moves everything that one store holds into another one: documents of all collections, and the log with the positions,
// times and uuids of its records. Checkpoints stay behind: they follow from the log.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "store/decision_log.h"
#include "store/document_store.h"

namespace proffer::service {

struct StorePorts {
  store::DocumentStore& documents;
  store::DecisionLog& log;
};

struct Moved {
  std::size_t collections = 0;
  std::size_t documents = 0;
  std::size_t records = 0;
};

// What was moved since the last call.
struct OnMoved {
  std::function<void(const store::Collection&, std::size_t documents)> documents;
  std::function<void(std::size_t records)> records;
};

// Nobody else may use either meanwhile. A target that holds anything is refused (conflict), unless this move, which
// `name` names, was broken off before it: then it goes on where that ended. The target is to be opened anew then, and
// finish_move() called.
base::Result<Moved> move_store(const StorePorts& from, const StorePorts& to, const std::string& name,
                               const OnMoved& on_moved);

// Counts what the target holds, and opens it for use. Errors: internal when it is not what the source holds.
base::Result<Moved> finish_move(const StorePorts& from, const StorePorts& to);

}  // namespace proffer::service

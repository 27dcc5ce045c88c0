#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "aggregation/stage.h"

namespace proffer::aggregation {
namespace {

constexpr StageRow stages[] = {
    {"$addFields", read_set},
    {"$count", read_count},
    {"$group", read_group},
    {"$limit", read_limit},
    {"$match", read_match},
    {"$project", read_project},
    {"$replaceRoot", read_replace_root},
    {"$replaceWith", read_replace_with},
    {"$sample", read_sample},
    {"$set", read_set},
    {"$skip", read_skip},
    {"$sort", read_sort},
    {"$unset", read_unset},
    {"$unwind", read_unwind},
};

}  // namespace

const StageRow* find_stage(std::string_view name) {
  const auto* found = std::ranges::find(stages, name, &StageRow::name);
  return found == std::end(stages) ? nullptr : found;
}

std::string stage_names() {
  std::vector<std::string_view> names;
  for (const auto& row : stages) names.push_back(row.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

base::Status Held::add(std::size_t documents, std::size_t bytes) {
  documents_ += documents;
  bytes_ += bytes;
  if (documents_ > most_documents_) {
    return base::fail(base::ErrorKind::too_large,
                      fmt::format("a pipeline works on at most {} documents at a time", most_documents_));
  }
  if (bytes_ <= most_bytes_) return {};
  return base::fail(base::ErrorKind::too_large,
                    fmt::format("a pipeline holds at most {} bytes at a time", most_bytes_));
}

void Held::drop(std::size_t documents, std::size_t bytes) {
  documents_ -= std::min(documents, documents_);
  bytes_ -= std::min(bytes, bytes_);
}

}  // namespace proffer::aggregation

#include "training/pool.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/random.h"
#include "scoring/schema.h"

namespace proffer::training {
namespace {

namespace json = boost::json;
using scoring::Kind;

constexpr std::uint64_t sample_key = 0x5a3b1e0f7c2d9846ULL;

scoring::Schema schema_of(const LabelledRows& rows) {
  std::vector<const json::object*> objects;
  for (const auto& features : rows.features) objects.push_back(&features);
  return scoring::infer_schema(objects);
}

// How many projects have each feature, and each value of each category. Views into the projects' rows and schemas.
class Commons {
 public:
  explicit Commons(std::size_t least) : least_(least) {}

  void add(const LabelledRows& rows, const scoring::Schema& schema) {
    for (const auto& feature : schema) {
      ++features_[{feature.name, feature.kind}];
      if (feature.kind == Kind::category) add_values(rows, feature.name);
    }
  }

  // Of two kinds that enough projects have, the one that more of them have.
  std::map<std::string, Kind> kept() const {
    std::map<std::string, Kind> out;
    std::map<std::string, std::size_t> best;
    for (const auto& [feature, projects] : features_) {
      if (projects < least_ || projects <= best[feature.first]) continue;
      best[feature.first] = projects;
      out[feature.first] = feature.second;
    }
    return out;
  }

  bool has(const std::string& name, std::string_view value) const {
    const auto found = values_.find({name, std::string(value)});
    return found != values_.end() && found->second >= least_;
  }

 private:
  void add_values(const LabelledRows& rows, const std::string& name) {
    std::set<std::string_view> seen;
    for (const auto& features : rows.features) {
      const auto* value = features.if_contains(name);
      if (value != nullptr && value->is_string()) seen.insert(scoring::text_of(*value));
    }
    for (const auto value : seen) ++values_[{name, std::string(value)}];
  }

  const std::size_t least_;
  std::map<std::pair<std::string, Kind>, std::size_t> features_;
  std::map<std::pair<std::string, std::string>, std::size_t> values_;
};

bool is_of(Kind kind, const json::value& value) {
  if (kind == Kind::category) return value.is_string();
  return kind == Kind::boolean ? value.is_bool() : value.is_number();
}

json::object common_part(const json::object& features, const std::map<std::string, Kind>& kept,
                         const Commons& commons) {
  json::object out;
  for (const auto& [name, kind] : kept) {
    const auto* value = features.if_contains(name);
    if (value == nullptr || !is_of(kind, *value)) continue;
    if (kind == Kind::category && !commons.has(name, scoring::text_of(*value))) continue;
    out[name] = *value;
  }
  return out;
}

}  // namespace

std::vector<Example> LabelledRows::examples() const {
  std::vector<Example> out;
  for (std::size_t i = 0; i < size(); ++i) out.push_back({&features[i], labels[i]});
  return out;
}

LabelledRows sample_rows(std::span<const Example> examples, std::size_t most, std::uint64_t seed) {
  LabelledRows out;
  base::RandomStream chance(seed, sample_key);
  // Each row with the chance that it is among those still to be drawn of those still to come (Knuth, The Art of
  // Computer Programming 2, 3.4.2, algorithm S).
  std::size_t wanted = std::min(most, examples.size());
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (chance.below(examples.size() - i) >= wanted) continue;
    --wanted;
    out.features.push_back(*examples[i].features);
    out.labels.push_back(examples[i].label);
  }
  return out;
}

LabelledRows pool(std::span<const LabelledRows> projects, std::size_t least) {
  Commons commons(least);
  for (const auto& rows : projects) commons.add(rows, schema_of(rows));
  const auto kept = commons.kept();
  LabelledRows out;
  for (const auto& rows : projects) {
    for (const auto& features : rows.features) out.features.push_back(common_part(features, kept, commons));
    out.labels.insert(out.labels.end(), rows.labels.begin(), rows.labels.end());
  }
  return out;
}

}  // namespace proffer::training

#include "aggregation/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "aggregation/parse_query.h"
#include "aggregation/value_size.h"

namespace proffer::aggregation {
namespace json = boost::json;
namespace limits = base::limits;
using document::Place;
namespace {

using base::Status;

std::optional<PipelineOutput> output_of(const json::value& value) {
  if (value.is_string()) return PipelineOutput{"", std::string(value.get_string())};
  if (!value.is_object()) return std::nullopt;
  const auto* database = value.get_object().if_contains("db");
  const auto* collection = value.get_object().if_contains("coll");
  if (database == nullptr || collection == nullptr || !database->is_string() || !collection->is_string()) {
    return std::nullopt;
  }
  return PipelineOutput{std::string(database->get_string()), std::string(collection->get_string())};
}

class PipelineReader {
 public:
  explicit PipelineReader(document::Violations& violations) : expressions_(violations) {}

  Pipeline read(const json::array& stages, const Place& place) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const Place at(place, i);
      const auto* stage = stages[i].if_object();
      if (stage == nullptr || stage->size() != 1) {
        expressions_.refuse(at, "expected an object with one member, the stage", stages[i]);
        continue;
      }
      const auto& [name, operand] = *stage->begin();
      const Place named(at, name);
      if (name == "$out") {
        read_out(operand, named, i + 1 == stages.size());
      } else {
        read_stage(name, operand, named);
      }
    }
    return std::move(pipeline_);
  }

 private:
  void read_stage(std::string_view name, const json::value& operand, const Place& place) {
    const auto* row = find_stage(name);
    if (row == nullptr) return expressions_.refuse(place, "is no stage here; there are " + stage_names() + ", $out");
    pipeline_.stages.push_back(row->read(operand, place, expressions_));
  }

  void read_out(const json::value& operand, const Place& place, bool is_last) {
    pipeline_.out = output_of(operand);
    if (!pipeline_.out || !is_last) {
      expressions_.refuse(place, "expected to be last, with a collection or {db, coll}", operand);
    }
  }

  ExpressionParser expressions_;
  Pipeline pipeline_;
};

// Replaces in place what JSON cannot say.
void replace_not_finite(json::value& value) {
  if (value.is_double() && !std::isfinite(value.get_double())) {
    const double number = value.get_double();
    const char* text = std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    value = json::object{{"$numberDouble", text}};
  } else if (auto* array = value.if_array()) {
    for (auto& element : *array) replace_not_finite(element);
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) replace_not_finite(member.value());
  }
}

// What the first stage of a pipeline that is good lets through.
document::Filter needed_by(const json::array& stages) {
  const auto* match = stages.empty() ? nullptr : stages[0].get_object().if_contains("$match");
  if (match == nullptr) return {};
  document::Violations none;
  return parse_query(match->get_object(), Place("$match"), none).needed();
}

}  // namespace

base::Result<Pipeline> parse_pipeline(const json::value& value, const Place& place) {
  document::Violations violations;
  const auto* stages = value.if_array();
  Pipeline pipeline;
  if (stages == nullptr || stages->size() > limits::pipeline_stages) {
    violations.add(place, fmt::format("expected a list of at most {} stages", limits::pipeline_stages), value);
  } else {
    pipeline = PipelineReader(violations).read(*stages, place);
  }
  if (!violations.empty()) return tl::unexpected(violations.error());
  pipeline.needed = needed_by(*stages);
  return pipeline;
}

// The stages in their order, each with the way to the next; behind the last one the result.
class PipelineRun::Chain {
 public:
  Chain(const Pipeline& pipeline, const PipelineOptions& options)
      : now_(now_value(options.now)),
        run_{base::RandomStream(options.seed, 0), Held(options.documents, options.bytes), &now_variable_} {
    for (const auto& make : pipeline.stages) stages_.push_back(make(run_));
    for (std::size_t i = 0; i <= stages_.size(); ++i) links_.push_back(Link(*this, i));
    for (std::size_t i = 1; i < stages_.size(); ++i) {
      if (const auto most = stages_[i]->most()) stages_[i - 1]->need_only_first(*most);
    }
  }

  // Into the stage of that number.
  Status put(std::size_t stage, json::object document) {
    if (++steps_ > limits::pipeline_steps) {
      return base::fail(
          base::ErrorKind::too_large,
          fmt::format("a pipeline is limited to {} documents through its stages", limits::pipeline_steps));
    }
    if (stage < stages_.size()) return stages_[stage]->take(std::move(document), links_[stage + 1]);
    TRY_DO(run_.held.add(1, value_bytes(document)));
    for (auto& member : document) replace_not_finite(member.value());
    result_.push_back(std::move(document));
    return {};
  }

  bool is_full() const {
    return std::ranges::any_of(stages_, [](const auto& stage) { return stage->is_full(); });
  }

  base::Result<std::vector<json::object>> finish() {
    for (std::size_t i = 0; i < stages_.size(); ++i) TRY_DO(stages_[i]->finish(links_[i + 1]));
    return std::move(result_);
  }

 private:
  class Link final : public Output {
   public:
    Link(Chain& chain, std::size_t stage) : chain_(chain), stage_(stage) {}
    Status put(json::object document) override { return chain_.put(stage_, std::move(document)); }

   private:
    Chain& chain_;
    const std::size_t stage_;
  };

  const Value now_;
  const Variable now_variable_{"NOW", &now_, nullptr};
  Run run_;
  std::vector<std::unique_ptr<Stage>> stages_;
  std::vector<Link> links_;
  std::uint64_t steps_ = 0;
  std::vector<json::object> result_;
};

PipelineRun::PipelineRun(const Pipeline& pipeline, const PipelineOptions& options)
    : chain_(std::make_unique<Chain>(pipeline, options)) {}
PipelineRun::~PipelineRun() = default;

Status PipelineRun::take(json::object document) { return chain_->put(0, std::move(document)); }
bool PipelineRun::is_full() const { return chain_->is_full(); }
base::Result<std::vector<json::object>> PipelineRun::finish() { return chain_->finish(); }

base::Result<std::vector<json::object>> run_pipeline(const Pipeline& pipeline, std::vector<json::object> documents,
                                                     const PipelineOptions& options) {
  PipelineRun run(pipeline, options);
  for (auto& document : documents) {
    if (run.is_full()) break;
    TRY_DO(run.take(std::move(document)));
  }
  return run.finish();
}

}  // namespace proffer::aggregation

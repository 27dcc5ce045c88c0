// The stages of a pipeline: each takes documents one by one, and passes on what is ready. To add one: a class with its
// reader, and a row in the table of stages.cc.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aggregation/parse_expression.h"
#include "aggregation/scope.h"
#include "base/random.h"
#include "base/result.h"
#include "document/violations.h"

namespace proffer::aggregation {

// What the stages of one run hold together.
class Held {
 public:
  Held(std::size_t documents, std::size_t bytes) : most_documents_(documents), most_bytes_(bytes) {}
  // Errors: too_large past either bound.
  base::Status add(std::size_t documents, std::size_t bytes);
  void drop(std::size_t documents, std::size_t bytes);

 private:
  const std::size_t most_documents_, most_bytes_;
  std::size_t documents_ = 0, bytes_ = 0;
};

// What the stages of one run share.
struct Run {
  base::RandomStream random;
  Held held;
  const Variable* variables = nullptr;
};

class Output {
 public:
  virtual ~Output() = default;
  virtual base::Status put(boost::json::object document) = 0;
};

class Stage {
 public:
  virtual ~Stage() = default;
  virtual base::Status take(boost::json::object document, Output& next) = 0;
  // After the last document.
  virtual base::Status finish(Output&) { return {}; }
  // Whether it passes nothing on any more, whatever comes.
  virtual bool is_full() const { return false; }
  // How many documents it passes on at most, if it knows; and the same of the stage behind this one.
  virtual std::optional<std::size_t> most() const { return std::nullopt; }
  virtual void need_only_first(std::size_t) {}
};

// Makes a stage for one run, which outlives it.
using StageMaker = std::function<std::unique_ptr<Stage>(Run&)>;

// Null after saying what is wrong at `place`, which ends in the stage's name.
using StageReader = StageMaker (*)(const boost::json::value& operand, const document::Place& place,
                                   ExpressionParser& expressions);

struct StageRow {
  std::string_view name;
  StageReader read;
};

const StageRow* find_stage(std::string_view name);
std::string stage_names();

// The readers, by file.
StageMaker read_match(const boost::json::value&, const document::Place&, ExpressionParser&);  // simple_stages.cc
StageMaker read_limit(const boost::json::value&, const document::Place&, ExpressionParser&);
StageMaker read_skip(const boost::json::value&, const document::Place&, ExpressionParser&);
StageMaker read_count(const boost::json::value&, const document::Place&, ExpressionParser&);
StageMaker read_sample(const boost::json::value&, const document::Place&, ExpressionParser&);   // sample_stage.cc
StageMaker read_project(const boost::json::value&, const document::Place&, ExpressionParser&);  // field_stages.cc
StageMaker read_set(const boost::json::value&, const document::Place&, ExpressionParser&);
StageMaker read_unset(const boost::json::value&, const document::Place&, ExpressionParser&);
StageMaker read_replace_root(const boost::json::value&, const document::Place&, ExpressionParser&);
StageMaker read_replace_with(const boost::json::value&, const document::Place&, ExpressionParser&);
StageMaker read_sort(const boost::json::value&, const document::Place&, ExpressionParser&);    // sort_stage.cc
StageMaker read_group(const boost::json::value&, const document::Place&, ExpressionParser&);   // group_stage.cc
StageMaker read_unwind(const boost::json::value&, const document::Place&, ExpressionParser&);  // unwind_stage.cc

}  // namespace proffer::aggregation

// Models in CatBoost's JSON form (save_model(format="json")), both ways: of one output, with numeric, one-hot and
// statistic splits and trees of equal questions a level.
#pragma once

#include <boost/json.hpp>

#include "base/result.h"
#include "gbdt/model.h"

namespace proffer::gbdt {

// Errors: `invalid` at its place in the document ("model.oblivious_trees[3].splits[0].split_index") for what is missing
// or does not fit together, and for what is not offered here: several outputs, text and embedding features, trees of
// another kind.
base::Result<Model> from_catboost_json(const boost::json::value& document);

boost::json::object to_catboost_json(const Model& model);

}  // namespace proffer::gbdt

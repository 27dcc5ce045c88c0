#include "api/ml_types.h"

namespace proffer::api::ml {
namespace {

using document::WireField, document::WireObject, document::WireType;
using Kind = WireType::Kind;

constexpr WireType number{Kind::number};
constexpr WireType integer{Kind::integer};
constexpr WireType text{Kind::text};
constexpr WireType boolean{Kind::boolean};
constexpr WireType map{Kind::map};
constexpr bool required = true;
constexpr bool optional = false;

constexpr WireType one(const WireObject& object) { return {Kind::object, &object}; }
constexpr WireType list(const WireObject& object) { return {Kind::object, &object, true}; }

constexpr WireField train_row_fields[] = {
    {"features", map, required, "Names and values: numbers, text, true and false; null counts as missing."},
    {"label", integer, required, "What came of it: 0 or 1."},
};
constexpr WireObject train_row{"TrainRow", train_row_fields};

constexpr WireField train_request_fields[] = {
    {"rows", list(train_row), required, "The examples: at least 20, of both labels."},
    {"optimize_budget", integer, optional, "How many trials of parameters at most: 1 to 1000, 40 unless said."},
};

constexpr WireField importance_fields[] = {
    {"name", text, required, "The feature."},
    {"gain", number, required, "How much of all changes of scores it causes, in percent."},
};
constexpr WireObject importance{"FeatureImportance", importance_fields};

constexpr WireField train_response_fields[] = {
    {"auc", number, required, "The chance that a row labelled 1 scores above one labelled 0."},
    {"logloss", number, required, "Mean of -ln of the probability that was given to what happened."},
    {"brier", number, required, "Mean square of probability minus label."},
    {"brier_uncalibrated", number, required, "The same before calibration."},
    {"brier_baseline", number, required, "The same of always saying the share of 1."},
    {"ece", number, required, "Expected calibration error, of ten bins of equal width."},
    {"n", integer, required, "Rows that were given."},
    {"importances", list(importance), required, "The features, the most important first."},
    {"best_params", map, required, "The parameters that were found."},
    {"calibration_method", text, required, "none, sigmoid, isotonic or beta."},
    {"trials", integer, required, "Trials made."},
    {"model_version", integer, required, "The version that serves from now on."},
};

constexpr WireField predict_request_fields[] = {
    {"features", map, required, "Names and values, as in training."},
    {"explain", boolean, optional, "Also say what each feature adds to the raw score."},
};

constexpr WireField contribution_fields[] = {
    {"name", text, required, "The feature."},
    {"value", number, required, "Its Shapley value, in log-odds."},
};
constexpr WireObject contribution{"FeatureContribution", contribution_fields};

constexpr WireField explanation_fields[] = {
    {"expected", number, required, "The mean raw score of the rows of training."},
    {"contributions", list(contribution), required, "With `expected` they add up to `raw`."},
};
constexpr WireObject explanation{"ScoreExplanation", explanation_fields};

constexpr WireField predict_response_fields[] = {
    {"score", number, required, "The calibrated probability of 1, above 0 and below 1."},
    {"raw", number, required, "Log-odds before calibration."},
    {"model_version", integer, required, "The version that answered."},
    {"served_from", text, required, "Whose model answered: tenant, or global where the project has none."},
    {"calibration_method", text, required, "none, sigmoid, isotonic or beta."},
    {"explanation", one(explanation), optional, "With `explain`: where the raw score comes from."},
};

constexpr WireField prior_fields[] = {
    {"contributes", boolean, required, "Whether the project's rows go into the global priors."},
};

constexpr WireField error_detail_fields[] = {
    {"message", text, optional, "What is wrong."},
    {"location", text, optional, "Where: body.rows[3].label, path.use_case."},
    {"value", {Kind::any}, optional, "What came; a long one is cut, as text."},
};
constexpr WireObject error_detail{"ErrorDetail", error_detail_fields};

constexpr WireField error_model_fields[] = {
    {"type", text, optional, "Not sent: about:blank."},
    {"title", text, optional, "What HTTP calls the status."},
    {"status", integer, optional, "The status."},
    {"detail", text, optional, "What is wrong."},
    {"instance", text, optional, "Not sent."},
    {"errors", list(error_detail), optional, "Everything that is wrong with the request, each at its place."},
};

}  // namespace

constexpr WireObject train_scoring_request{"TrainMLScoringRequest", train_request_fields};
constexpr WireObject train_response{"TrainResponse", train_response_fields};
constexpr WireObject predict_scoring_request{"PredictMLScoringRequest", predict_request_fields};
constexpr WireObject predict_response{"PredictResponse", predict_response_fields};
constexpr WireObject prior_settings{"MLPriorSettings", prior_fields};
constexpr WireObject error_model{"ErrorModel", error_model_fields};

}  // namespace proffer::api::ml

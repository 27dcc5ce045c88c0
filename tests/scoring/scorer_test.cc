#include "scoring/scorer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gbdt/city_hash.h"

namespace proffer::scoring {
namespace {

namespace json = boost::json;

json::object row(std::string_view text) { return json::parse(text).as_object(); }

Schema schema_of(const std::vector<json::object>& rows) {
  std::vector<const json::object*> pointers;
  for (const auto& row : rows) pointers.push_back(&row);
  return infer_schema(pointers);
}

TEST(InferSchema, TakesTheKindOfMostValues) {
  const auto schema = schema_of({row(R"({"b": true, "n": 1, "t": "x", "mixed": 1, "gone": null})"),
                                 row(R"({"b": null, "n": 2.5, "mixed": "a", "gone": []})"), row(R"({"mixed": "b"})")});
  EXPECT_EQ(schema,
            (Schema{{"b", Kind::boolean}, {"mixed", Kind::category}, {"n", Kind::number}, {"t", Kind::category}}));
}

TEST(InferSchema, SettlesEqualCountsByTheOrderOfKinds) {
  EXPECT_EQ(schema_of({row(R"({"a": 1})"), row(R"({"a": "x"})")})[0].kind, Kind::category);
  EXPECT_EQ(schema_of({row(R"({"a": true})"), row(R"({"a": 1})")})[0].kind, Kind::number);
}

TEST(NumberOf, IsMissingForAnyOtherKind) {
  EXPECT_EQ(number_of(Kind::number, 2.5), 2.5F);
  EXPECT_EQ(number_of(Kind::boolean, true), 1);
  EXPECT_EQ(number_of(Kind::number, 1e300), std::numeric_limits<float>::max());
  for (const auto& value : {json::value("1"), json::value(true), json::value(nullptr), json::value(json::array{})})
    EXPECT_TRUE(std::isnan(number_of(Kind::number, value)));
  EXPECT_TRUE(std::isnan(number_of(Kind::boolean, 1)));
}

// One tree: is the number above 10, is the text "gold". Leaves -1, 0, 1, 2 with 4, 2, 2, 2 rows.
ScoringModel model() {
  ScoringModel out;
  out.schema = {{"amount", Kind::number}, {"tier", Kind::category}};
  out.trees.numbers.push_back({"amount", 0, gbdt::MissingNumber::smallest, true, {10}});
  out.trees.categories.push_back({"tier", 1});
  out.trees.one_hots.push_back({0, {gbdt::category_hash("gold")}});
  out.trees.trees.push_back(
      {{{gbdt::Split::Kind::number, 0, 0}, {gbdt::Split::Kind::one_hot, 0, 0}}, {-1, 0, 1, 2}, {4, 2, 2, 2}});
  out.calibrator = {calibration::Method::sigmoid, 2, 0, 0.5, {}, {}};
  return out;
}

TEST(Scorer, AnswersFromNamesToAProbability) {
  const Scorer scorer(model());
  const auto both = scorer.score(row(R"({"amount": 11, "tier": "gold"})"));
  EXPECT_EQ(both.raw, 2);
  EXPECT_DOUBLE_EQ(both.score, 1 / (1 + std::exp(-4.5)));
  EXPECT_EQ(scorer.score(row(R"({"amount": 11, "tier": "tin"})")).raw, 0);
  EXPECT_EQ(scorer.score(row(R"({"tier": "gold"})")).raw, 1);
}

TEST(Scorer, OutlivesWhatItWasCopiedFrom) {
  auto first = std::make_unique<Scorer>(model());
  const Scorer copy = *first;
  first.reset();
  EXPECT_EQ(copy.score(row(R"({"amount": 11, "tier": "gold"})")).raw, 2);
}

// Decision 30: never an error.
TEST(Scorer, TakesAnotherKindAsMissingAndIgnoresWhatItDoesNotKnow) {
  const Scorer scorer(model());
  for (const auto* text : {"{}", R"({"amount": "11"})", R"({"amount": null, "tier": 5})", R"({"other": {"a": []}})",
                           R"({"tier": ["gold"]})"})
    EXPECT_EQ(scorer.score(row(text)).raw, -1) << text;
}

TEST(Scorer, ExplainsByFeature) {
  const Scorer scorer(model());
  const auto explained = scorer.explain(row(R"({"amount": 11, "tier": "gold"})"));
  ASSERT_TRUE(explained);
  EXPECT_NEAR(explained->expected, (-4 + 0 + 2 + 4) / 10.0, 1e-12);
  ASSERT_EQ(explained->contributions.size(), 2U);
  EXPECT_EQ(explained->contributions[1].feature, "tier");
  EXPECT_NEAR(explained->expected + explained->contributions[0].value + explained->contributions[1].value, 2, 1e-12);
}

TEST(ModelCodec, GivesBackWhatItWrote) {
  auto written = model();
  written.calibrator = {calibration::Method::isotonic, 1, 0, 0, {-1, 0.5}, {0.25, 0.75}};
  const auto bytes = encode(written);
  const auto read = decode(bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->schema, written.schema);
  EXPECT_EQ(encode(*read), bytes);
  EXPECT_EQ(Scorer(*read).score(row(R"({"amount": 11})")).score, Scorer(written).score(row(R"({"amount": 11})")).score);
}

TEST(ModelCodec, RefusesEveryDamage) {
  const auto bytes = encode(model());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    EXPECT_FALSE(decode(damaged)) << "byte " << i;
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, i))) << "cut at " << i;
  }
}

TEST(ModelCodec, RefusesPartsThatDoNotFit) {
  auto wrong = model();
  wrong.schema[0].kind = Kind::category;
  EXPECT_EQ(decode(encode(wrong)).error().message, "not a model of scoring: its trees do not fit its features");
  wrong = model();
  wrong.calibrator.method = calibration::Method::isotonic;
  EXPECT_FALSE(decode(encode(wrong))) << "no knots";
  wrong = model();
  std::swap(wrong.schema[0].name, wrong.schema[1].name);
  EXPECT_FALSE(decode(encode(wrong))) << "out of order";
}

}  // namespace
}  // namespace proffer::scoring

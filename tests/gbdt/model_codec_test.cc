#include "gbdt/model_codec.h"

#include <gmock/gmock.h>

#include "base/bytes.h"
#include "base/random.h"
#include "gbdt/city_hash.h"
#include "gbdt/evaluator.h"

namespace proffer::gbdt {
namespace {

using testing::HasSubstr;

constexpr std::size_t head_bytes = 15;

Model model_of_every_part() {
  Model model;
  model.numbers.push_back({"price", 1, MissingNumber::largest, true, {-1.5f, 0.25f, 3e38f}});
  model.categories.push_back({"colour \u00e9", 0});
  model.one_hots.push_back({0, {7, -2'000'000'000}});
  model.tables.push_back(
      {{{0}, {{0, 0.25f}}, {{0, -5}}}, StatisticKind::borders, 2, 0, {{~0ull - 1, 0}, {5, 1}}, {1, 2, 3, 4}, {}, {}});
  model.tables.push_back({{{0}, {}, {}}, StatisticKind::target_mean, 1, 0, {{9, 0}}, {}, {2.5f}, {4}});
  model.tables.push_back({{{0}, {}, {}}, StatisticKind::counter, 1, 77, {{9, 0}}, {6}, {}, {}});
  for (std::uint32_t t = 0; t < 3; ++t) model.statistics.push_back({t, 0, 0.5f, 1, 0, 15, {1, 2}});
  model.trees.push_back({{}, {0.125}, {}});
  model.trees.push_back({{{Split::Kind::number, 0, 2}, {Split::Kind::one_hot, 0, 1}, {Split::Kind::statistic, 2, 0}},
                         {1, 2, 3, 4, 5, 6, 7, 8},
                         {1, 1, 1, 1, 1, 1, 1, 0}});
  model.scale = 0.5;
  model.bias = -3;
  model.notes = {{"params", "{}"}};
  return model;
}

double raw(const Model& model) {
  const Evaluator evaluator(std::make_shared<const Model>(model));
  Evaluator::Scratch scratch;
  const std::vector<float> numbers(model.numbers.size(), 4e37f);
  const std::vector<std::int32_t> categories(model.categories.size(), 7);
  return evaluator.raw({numbers, categories}, scratch);
}

// The same body under a checksum that is right for it.
std::string sealed(std::string bytes) {
  const auto checksum = city_hash_64(std::string_view(bytes).substr(head_bytes));
  bytes.replace(head_bytes - 8, 8, reinterpret_cast<const char*>(&checksum), 8);
  return bytes;
}

TEST(ModelCodec, GivesBackWhatItWasGiven) {
  const auto model = model_of_every_part();
  const auto bytes = encode_model(model);
  const auto again = decode_model(bytes);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(encode_model(*again), bytes);
  EXPECT_EQ(again->numbers[0].borders, model.numbers[0].borders);
  EXPECT_EQ(again->tables[0].row_of, model.tables[0].row_of);
  EXPECT_EQ(again->tables[0].projection, model.tables[0].projection);
  EXPECT_EQ(again->trees[1].splits, model.trees[1].splits);
  EXPECT_EQ(again->notes, model.notes);
  EXPECT_EQ(raw(*again), raw(model));
}

TEST(ModelCodec, OfAnEmptyModelIsAModel) { EXPECT_TRUE(decode_model(encode_model({}))); }

TEST(ModelCodec, RefusesWhatIsNoModelNewerOrDamagedAndSaysWhich) {
  auto bytes = encode_model(model_of_every_part());
  EXPECT_THAT(decode_model("").error().message, HasSubstr("none of Proffer's"));
  EXPECT_THAT(decode_model("CBM1 and more bytes").error().message, HasSubstr("none of Proffer's"));
  bytes[6] = 2;
  EXPECT_THAT(decode_model(bytes).error().message, HasSubstr("its version is 2, made by a newer Proffer"));
  bytes[6] = 1;
  bytes.back() ^= 1;
  EXPECT_THAT(decode_model(bytes).error().message, HasSubstr("damaged or cut short"));
}

TEST(ModelCodec, RefusesEveryTruncationWhateverItsChecksum) {
  const auto bytes = encode_model(model_of_every_part());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(decode_model(bytes.substr(0, n))) << n;
    if (n < head_bytes) continue;
    EXPECT_FALSE(decode_model(sealed(bytes.substr(0, n)))) << n;
  }
}

// With a checksum that is right for them, wrong bytes are refused or make a model that can be applied.
TEST(ModelCodec, SurvivesBytesThatAreWrongOnPurpose) {
  const auto good = encode_model(model_of_every_part());
  base::RandomStream chance(5, 5);
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = good;
    for (int i = 0; i < 3; ++i)
      bytes[head_bytes + chance.below(bytes.size() - head_bytes)] = static_cast<char>(chance.below(256));
    if (const auto model = decode_model(sealed(bytes))) raw(*model);
  }
}

}  // namespace
}  // namespace proffer::gbdt

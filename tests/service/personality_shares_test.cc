#include "service/personality_shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "document/json.h"

namespace proffer::service {
namespace {

namespace json = boost::json;

// 1 to 8: the eight pairs of labels; 9: in the table, without labels.
MccLabels eight_pairs() {
  std::vector<json::object> rows;
  for (int personality = 1; personality <= 4; ++personality) {
    for (int trait = 1; trait <= 2; ++trait) {
      rows.push_back({{"code", (personality - 1) * 2 + trait},
                      {"personality", name_of(static_cast<Personality>(personality))},
                      {"trait", name_of(static_cast<Trait>(trait))}});
    }
  }
  rows.push_back({{"code", 9}});
  return *MccLabels::from_rows(rows, "labels");
}

constexpr int industrious_extrovert = 1, industrious_introvert = 2, intentional_extrovert = 3,
              experiential_introvert = 6, enthusiastic_extrovert = 7, unlabelled = 9;

class Tally {
 public:
  explicit Tally(TallyRules rules = {}) : rules_(std::move(rules)) {}

  void add(const json::value& customer, const json::value& mcc, const json::value& amount = 10.5, int times = 1) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(tally.add({{"customer", customer}, {"mcc", mcc}, {"trns_amt", amount}}));
    }
  }
  json::object row(const std::string& customer, const ChoiceRules& rules = {}) const {
    json::object out;
    tally.each([&](const std::string& text, const json::value& value) {
      if (text != customer) return;
      const auto shares = tally.shares(text);
      out = personality_row(shares, value, choose(shares, text, rules));
    });
    return out;
  }

 private:
  MccLabels labels_ = eight_pairs();
  TallyRules rules_;

 public:
  PersonalityTally tally{labels_, rules_};
};

std::string text_of(const json::value& value) { return document::json_text(value); }

TEST(PersonalityShares, GiveTheNumbersOfThePublishedExampleToTheLastDigit) {
  // 1263 Industrious, 253 Intentional, 180 Enthusiastic, 323 Experiential; 1386 Extrovert, 633 Introvert; 2663 in all.
  Tally tally;
  tally.add(590, industrious_extrovert, 1, 953);
  tally.add(590, industrious_introvert, 1, 310);
  tally.add(590, intentional_extrovert, 1, 253);
  tally.add(590, enthusiastic_extrovert, 1, 180);
  tally.add(590, experiential_introvert, 1, 323);
  tally.add(590, unlabelled, 1, 600);
  tally.add(590, 4444, 1, 44);  // not in the table
  EXPECT_EQ(document::json_text(tally.row("590")),
            R"({"_id":"590","count":2663,"customer":590,"Industrious":0.4742771310552009,)"
            R"("Intentional":0.09500563274502441,"Experiential":0.12129177619226436,)"
            R"("Enthusiastic":0.06759294029290275,"personality_score":0.4742771310552009,)"
            R"("personality":"Industrious","Extrovert":0.5204656402553511,"Introvert":0.2377018400300413,)"
            R"("trait_score":0.5204656402553511,"trait":"Extrovert","item":"Industrious_Extrovert"})");
}

TEST(PersonalityShares, CountUnknownAndUnlabelledCodesBelowTheLineOnly) {
  Tally tally;
  tally.add("a", intentional_extrovert);
  tally.add("a", unlabelled);
  tally.add("a", "5411");
  tally.add("a", nullptr);
  const auto shares = tally.tally.shares("a");
  EXPECT_EQ(shares.count, 4);
  EXPECT_EQ(shares.personality[static_cast<int>(Personality::intentional)], 0.25);
  EXPECT_EQ(tally.tally.counts().unknown_codes, 2u);
}

TEST(PersonalityShares, OfACustomerWithFewTransactionsChooseNothing) {
  Tally tally;
  tally.add("a", industrious_extrovert, 1, 4);
  EXPECT_EQ(tally.row("a").at("personality"), "none");
  EXPECT_EQ(tally.row("a").at("trait"), "none");
  EXPECT_EQ(tally.row("a").at("item"), "none");
  EXPECT_EQ(tally.row("a").at("personality_score"), 0.0);
  EXPECT_EQ(tally.row("a").at("Industrious"), 1.0);
  tally.add("a", industrious_extrovert);
  EXPECT_EQ(tally.row("a").at("personality"), "Industrious");
  EXPECT_EQ(tally.row("a", {.minimum_count = 6, .norms = {}}).at("personality"), "none");
}

TEST(PersonalityShares, ChooseNothingWhereNoPurchaseHasALabel) {
  Tally tally;
  tally.add("a", unlabelled, 1, 10);
  EXPECT_EQ(tally.row("a").at("personality"), "none");
  EXPECT_EQ(tally.row("a").at("trait"), "none");
}

TEST(PersonalityShares, BreakTiesTheSameEachTimeAndFairlyOverManyCustomers) {
  std::map<std::string, int> chosen;
  // Each of four expected 1000 times, standard deviation 27; each of two 2000 times, 32.
  const PersonalityShares even{8, {0, .25, .25, .25, .25}, {0, .5, .5}};
  for (int i = 0; i < 4'000; ++i) {
    const auto customer = "customer " + std::to_string(i);
    const auto label = choose(even, customer, {.norms = {}});
    EXPECT_EQ(choose(even, customer, {.norms = {}}), label);
    ++chosen[std::string(name_of(label.personality))];
    ++chosen[std::string(name_of(label.trait))];
  }
  // Five standard deviations: a false alarm in a million, six times.
  for (const char* name : {"Industrious", "Intentional", "Experiential", "Enthusiastic"}) {
    EXPECT_NEAR(chosen[name], 1000, 137) << name;
  }
  EXPECT_NEAR(chosen["Extrovert"], 2000, 158);
}

TEST(PersonalityShares, RelativeToNormsFindWhatACustomerDoesMoreThanOthers) {
  // The published example against the norms of 2021: (share - norm) / norm is 0.014 for Industrious, -0.763 for
  // Intentional, 0.368 for Experiential and 0.469 for Enthusiastic; 0.443 for Extrovert and -0.596 for Introvert.
  const double all = 2663;
  const PersonalityShares shares{2663, {0, 1263 / all, 253 / all, 323 / all, 180 / all}, {0, 1386 / all, 633 / all}};
  const PersonalityShares norms{0, {0, .46792, .4001, .08867, .04602}, {0, .3608, .5883}};
  const ChoiceRules relative{.rule = ChoiceRule::relative, .norms = norms};
  EXPECT_EQ(choose(shares, "590", relative), (Label{Personality::enthusiastic, Trait::extrovert}));
  EXPECT_EQ(choose(shares, "590", {.norms = {}}), (Label{Personality::industrious, Trait::extrovert}));
}

TEST(PersonalityShares, WithoutANormAreNotChosen) {
  const PersonalityShares shares{10, {0, .9, .1, 0, 0}, {0, 1, 0}};
  const ChoiceRules relative{.rule = ChoiceRule::relative,
                             .norms = PersonalityShares{0, {0, 0, .5, .5, .5}, {0, 0, .5}}};
  EXPECT_EQ(choose(shares, "a", relative), (Label{Personality::intentional, Trait::none}));
}

TEST(PersonalityShares, HaveMeansOverTheCustomersWithEnoughTransactions) {
  Tally tally;
  tally.add("a", industrious_extrovert, 1, 5);                                                // Industrious 1
  tally.add("b", industrious_introvert, 1, 5), tally.add("b", enthusiastic_extrovert, 1, 5);  // Industrious 1/2
  tally.add("c", experiential_introvert, 1, 4);                                               // too few
  const auto mean = tally.tally.mean_shares(5);
  EXPECT_EQ(mean.personality[static_cast<int>(Personality::industrious)], 0.75);
  EXPECT_EQ(mean.personality[static_cast<int>(Personality::enthusiastic)], 0.25);
  EXPECT_EQ(mean.personality[static_cast<int>(Personality::experiential)], 0);
  EXPECT_EQ(mean.trait[static_cast<int>(Trait::extrovert)], 0.75);
}

TEST(SignOfAmount, IsReadFromNumbersAndFromTextInTheUsualForms) {
  for (const json::value& below : std::initializer_list<json::value>{-1, -0.01, "-12.30", "$-12.30", "-$1,234.50",
                                                                     "($12.30)", "12.30-", "12.30 CR",
                                                                     "R\xe2\x88\x92"
                                                                     "7"}) {
    EXPECT_EQ(sign_of_amount(below), -1) << text_of(below);
  }
  for (const json::value& above : std::initializer_list<json::value>{1, 0.01, 7u, "12.30", "$12.30", "1 234,50 kr"}) {
    EXPECT_EQ(sign_of_amount(above), 1) << text_of(above);
  }
  for (const json::value& zero : std::initializer_list<json::value>{0, 0.0, -0.0, "0.00", "$-0.00"}) {
    EXPECT_EQ(sign_of_amount(zero), 0) << text_of(zero);
  }
  for (const json::value& none : std::initializer_list<json::value>{nullptr, "", "-", "refund", true, json::array{}}) {
    EXPECT_EQ(sign_of_amount(none), std::nullopt) << text_of(none);
  }
}

TEST(Refunds, TakeBackOnePurchaseOfTheSameLabelWhereThereIsOne) {
  Tally tally;
  tally.add("a", enthusiastic_extrovert, -20);  // before its purchase
  tally.add("a", enthusiastic_extrovert, "$20.00", 2);
  tally.add("a", industrious_extrovert, 1, 3);
  tally.add("a", experiential_introvert, "$-9.00");  // its purchase is not in the table
  const auto shares = tally.tally.shares("a");
  EXPECT_EQ(shares.count, 4);
  EXPECT_EQ(shares.personality[static_cast<int>(Personality::enthusiastic)], 0.25);
  EXPECT_EQ(shares.personality[static_cast<int>(Personality::experiential)], 0);
  EXPECT_EQ(tally.tally.counts().refunds, 2u);
}

TEST(Refunds, CanBeIgnoredOrCountedAndHaveTheOtherSignWhereSpendingIsNegative) {
  Tally ignored({.columns = {}, .refunds = Refunds::ignored});
  Tally counted({.columns = {}, .refunds = Refunds::counted});
  Tally turned({.columns = {}, .spending_is_negative = true});
  for (Tally* tally : {&ignored, &counted, &turned}) {
    tally->add("a", industrious_extrovert, -5, 3);
    tally->add("a", industrious_extrovert, 5, 2);
  }
  EXPECT_EQ(ignored.tally.shares("a").count, 2);
  EXPECT_EQ(counted.tally.shares("a").count, 5);
  EXPECT_EQ(turned.tally.shares("a").count, 1);
}

TEST(Refunds, AreNotSeenInAmountsThatAreAbsentOrUnreadable) {
  Tally tally;
  tally.add("a", industrious_extrovert, nullptr);
  tally.add("a", industrious_extrovert, "unknown");
  ASSERT_TRUE(tally.tally.add({{"customer", "a"}, {"mcc", 1}}));
  EXPECT_EQ(tally.tally.shares("a").count, 3);
  EXPECT_EQ(tally.tally.counts().unreadable_amounts, 1u);
}

TEST(Tally, ReadsTheColumnsOfBothUsualTablesAndThoseThatAreNamed) {
  Tally usual;
  ASSERT_TRUE(usual.tally.add({{"client_id", 7}, {"mcc", "0001"}, {"amount", "$-3.00"}}));
  ASSERT_TRUE(usual.tally.add({{"customer", "7"}, {"mcc", 1}, {"trns_amt", 3}, {"amount", -3}}));
  EXPECT_EQ(usual.tally.customers(), 1u);
  EXPECT_EQ(usual.tally.counts().refunds, 1u);
  Tally named({.columns = {"who", "shop", "sum"}});
  ASSERT_TRUE(named.tally.add({{"who", "x"}, {"customer", "y"}, {"shop", 1}, {"mcc", 2}, {"sum", -1}, {"amount", 1}}));
  EXPECT_TRUE(named.tally.has("x"));
  EXPECT_EQ(named.tally.counts().refunds, 1u);
}

TEST(Tally, SkipsTransactionsOfNobody) {
  Tally tally;
  const json::value nobodies[] = {nullptr, "", true, json::object{}, json::string(1'001, 'x')};
  for (const json::value& nobody : nobodies) tally.add(nobody, 1);
  ASSERT_TRUE(tally.tally.add({{"mcc", 1}}));
  EXPECT_EQ(tally.tally.counts().without_customer, 6u);
  EXPECT_EQ(tally.tally.customers(), 0u);
  tally.add(json::string(1'000, 'x'), 1);
  EXPECT_EQ(tally.tally.customers(), 1u);
}

TEST(Tally, AgreesWithCountingRowByRow) {
  // 200 random tables with refunds ignored, counted by keeping every row; the seed of a table is in the message.
  const auto labels = eight_pairs();
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const TallyRules rules{.columns = {}, .refunds = Refunds::ignored};
    PersonalityTally tally(labels, rules);
    std::map<std::string, std::vector<int>> kept;
    for (unsigned i = 0; i < 50 + random() % 200; ++i) {
      const std::string customer = std::to_string(random() % 5);
      const int code = 1 + static_cast<int>(random() % 12);
      const bool refund = random() % 10 == 0;
      ASSERT_TRUE(tally.add({{"client_id", customer}, {"mcc", code}, {"amount", refund ? -1.5 : 1.5}}));
      if (!refund) kept[customer].push_back(code);
    }
    for (const auto& [customer, codes] : kept) {
      const auto shares = tally.shares(customer);
      ASSERT_EQ(shares.count, static_cast<std::int64_t>(codes.size())) << "seed " << seed;
      const auto share_of = [&](std::set<int> wanted) {
        const auto hits = std::count_if(codes.begin(), codes.end(), [&](int code) { return wanted.contains(code); });
        return static_cast<double>(hits) / static_cast<double>(codes.size());
      };
      ASSERT_EQ(shares.personality[1], share_of({1, 2})) << "seed " << seed;
      ASSERT_EQ(shares.personality[3], share_of({5, 6})) << "seed " << seed;
      ASSERT_EQ(shares.trait[1], share_of({1, 3, 5, 7})) << "seed " << seed;
      ASSERT_EQ(shares.trait[2], share_of({2, 4, 6, 8})) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace proffer::service

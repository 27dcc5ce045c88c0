#include "service/personality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "adapters/memory/documents.h"
#include "adapters/memory/faults.h"
#include "document/json.h"

namespace proffer::service {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

const store::Collection transactions{"master", "bank_transactions"};
const store::Collection personalities{"master", "bank_transactions_personality"};

class Personalities : public ::testing::Test {
 protected:
  base::Result<PersonalitySummary> compute() {
    return compute_personalities(documents, job,
                                 [](const CollectionName& name, std::string_view) -> base::Result<store::Collection> {
                                   return store::Collection{name.database, name.collection};
                                 });
  }
  void insert(json::object transaction) {
    transaction["_id"] = std::to_string(++inserted);
    ASSERT_TRUE(documents.insert(transactions, std::move(transaction)));
  }
  void insert_many(const json::value& customer, const json::value& mcc, int times, const json::value& amount = 12.5) {
    for (int i = 0; i < times; ++i) insert({{"client_id", customer}, {"mcc", mcc}, {"amount", amount}});
  }
  json::object row(const std::string& customer) {
    const auto found = documents.get(personalities, customer);
    return *found ? **found : json::object{};
  }
  std::string refused() {
    const auto result = compute();
    return result ? "nothing" : result.error().message;
  }

  adapters::Faults faults;
  adapters::MemoryDocumentStore documents{&faults};
  PersonalityJob job{.source = {"master", "bank_transactions"},
                     .target = {"master", "bank_transactions_personality"},
                     .customer_column = {},
                     .mcc_column = {},
                     .amount_column = {},
                     .norms = {},
                     .mcc_labels = {},
                     .mcc_labels_collection = {}};
  int inserted = 0;
};

TEST_F(Personalities, AreComputedFromACollectionWithTheBuiltInTable) {
  insert_many(590, 5541, 6);
  insert_many(590, "5812", 3, "$40.00");
  insert_many(590, 6011, 1);
  insert_many("x7", 5812, 5);
  insert_many("few", 5812, 4);
  const auto summary = compute();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(document::json_text(document::render(*summary)),
            R"({"transactions":19,"refunds":0,"without_customer":0,"unknown_codes":0,"unreadable_amounts":0,)"
            R"("customers":3,"removed":0,"personalities":{"none":1,"Industrious":1,"Intentional":0,"Experiential":1,)"
            R"("Enthusiastic":0},"traits":{"none":1,"Extrovert":1,"Introvert":1}})");
  EXPECT_EQ(row("590").at("Industrious"), 0.6);
  EXPECT_EQ(row("590").at("trait"), "Introvert");
  EXPECT_EQ(row("590").at("customer"), 590);
  EXPECT_EQ(row("x7").at("personality"), "Experiential");
  EXPECT_EQ(row("few").at("personality"), "none");
}

TEST_F(Personalities, OfThousandsOfTransactionsAreSummedOverAllPages) {
  std::mt19937 random(7);
  std::map<std::string, std::pair<int, int>> kept;  // all, groceries
  for (int i = 0; i < 5'500; ++i) {
    const int customer = static_cast<int>(random() % 1'200);
    const bool groceries = random() % 3 == 0;
    insert({{"id", i}, {"client_id", customer}, {"mcc", groceries ? 5411 : 5814}, {"amount", 3.5}});
    ++kept[std::to_string(customer)].first;
    kept[std::to_string(customer)].second += groceries ? 1 : 0;
  }
  const auto summary = compute();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->customers, kept.size());
  for (const auto& [customer, counts] : kept) {
    EXPECT_EQ(row(customer).at("count"), counts.first) << customer;
    EXPECT_EQ(row(customer).at("Intentional"), static_cast<double>(counts.second) / counts.first) << customer;
  }
}

TEST_F(Personalities, AreReplacedAsAWholeAndThoseOfFormerCustomersGo) {
  insert_many("a", 5541, 5);
  insert_many("b", 5541, 5);
  ASSERT_TRUE(compute());
  const auto first = row("a");
  for (int id = 6; id <= 10; ++id) ASSERT_TRUE(documents.remove(transactions, std::to_string(id)));
  const auto summary = compute();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->removed, 1u);
  EXPECT_EQ(row("b"), json::object{});
  EXPECT_EQ(row("a"), first);
}

TEST_F(Personalities, TakeLabelsFromTheRequestOrFromACollection) {
  insert_many("a", 5541, 5);
  job.mcc_labels = {{{"code", 5541}, {"personality", "Enthusiastic"}, {"trait", "Extrovert"}}};
  ASSERT_TRUE(compute());
  EXPECT_EQ(row("a").at("item"), "Enthusiastic_Extrovert");
  job.mcc_labels.clear();
  job.mcc_labels_collection = CollectionName{"master", "codes"};
  EXPECT_EQ(refused(), "body.mcc_labels_collection: expected a table of codes: it is empty");
  ASSERT_TRUE(documents.insert({"master", "codes"}, {{"_id", "1"}, {"code", 5541}, {"personality", "Intentional"}}));
  ASSERT_TRUE(compute());
  EXPECT_EQ(row("a").at("item"), "Intentional_none");
}

TEST_F(Personalities, CanBeWhatACustomerDoesMoreThanOthers) {
  insert_many("usual", 5411, 8), insert_many("usual", 5812, 2);
  insert_many("other", 5411, 6), insert_many("other", 5812, 4);
  job.rule = "relative";
  ASSERT_TRUE(compute());
  EXPECT_EQ(row("usual").at("personality"), "Intentional");
  EXPECT_EQ(row("other").at("personality"), "Experiential");
  EXPECT_EQ(row("other").at("personality_score"), 0.4);
  job.norms = PersonalityNorms{
      .Industrious = .5, .Intentional = .9, .Experiential = .1, .Enthusiastic = .1, .Extrovert = .5, .Introvert = .5};
  ASSERT_TRUE(compute());
  EXPECT_EQ(row("usual").at("personality"), "Experiential");
}

TEST_F(Personalities, AreNotWrittenOverOtherDocuments) {
  insert_many("a", 5541, 5);
  ASSERT_TRUE(documents.insert(personalities, {{"_id", "z"}, {"name", "a customer"}}));
  EXPECT_THAT(refused(), HasSubstr("body.target: expected a collection of personalities or an empty one"));
  job.target = job.source;
  EXPECT_THAT(refused(), HasSubstr("body.target: expected another collection than the source"));
  EXPECT_EQ(row("a"), json::object{});
}

TEST_F(Personalities, AreRefusedForTransactionsThatCannotBeUsed) {
  EXPECT_THAT(refused(), HasSubstr("body.source: expected transactions"));
  insert_many(nullptr, 5541, 5);
  EXPECT_THAT(refused(), HasSubstr("body.customer_column: expected a column of customers"));
  insert_many("a", 5541, 5, "$-10.00");
  insert_many("a", 5541, 5, "$10.00");
  EXPECT_EQ(refused(), "nothing");
  insert_many("b", 5541, 1, "$-10.00");
  EXPECT_THAT(refused(), HasSubstr("body.spending: expected purchases above zero"));
  EXPECT_EQ(row("b"), json::object{});
  job.spending = "negative";
  EXPECT_EQ(refused(), "nothing");
  EXPECT_EQ(row("b").at("count"), 1);
}

TEST_F(Personalities, OfAFailedWriteAreAnErrorAndARepeatMakesThemWhole) {
  insert_many("a", 5541, 5);
  faults.fail_next(1);
  EXPECT_FALSE(compute());
  ASSERT_TRUE(compute());
  EXPECT_EQ(row("a").at("personality"), "Industrious");
}

}  // namespace
}  // namespace proffer::service

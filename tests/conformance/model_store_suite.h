// What the store of models promises, whatever store of documents it is on.
#pragma once

#include "base/scoring_limits.h"
#include "conformance/document_store_suite.h"
#include "store/model_store.h"
#include "store/sample_store.h"

namespace proffer::tests {

class ModelStoreSuite : public DocumentStoreSuite {
 protected:
  store::ModelStore models() { return store::ModelStore(documents()); }
  std::int64_t add(const std::string& bytes) {
    const auto version = models().add(owner_, {{"auc", 0.5}}, bytes);
    EXPECT_TRUE(version) << version.error().message;
    return version.value_or(0);
  }
  std::int64_t serving() {
    const auto all = models().serving();
    EXPECT_TRUE(all) << all.error().message;
    return all && all->size() == 1 ? (*all)[0].version : 0;
  }

  const store::ModelOwner owner_{"shop", "churn %/ü"};
};

TEST_P(ModelStoreSuite, KeepsTheNewestSampleOfAnOwner) {
  store::SampleStore samples(documents());
  EXPECT_FALSE(samples.bytes(owner_));
  EXPECT_TRUE(samples.owners()->empty());
  const std::string large(base::limits::model_part_bytes + 10, '\xff');
  ASSERT_TRUE(samples.put(owner_, "1", large));
  EXPECT_EQ(*samples.bytes(owner_), large);
  ASSERT_TRUE(samples.put(owner_, "2", "small"));
  EXPECT_EQ(*samples.bytes(owner_), "small");
  EXPECT_EQ(*samples.owners(), (std::vector<store::ModelOwner>{owner_}));
  EXPECT_EQ(documents().scan({"proffer", "sample_parts"}, {}, {})->size(), 1U);  // no longer the two of the first
  ASSERT_TRUE(samples.remove(owner_));
  ASSERT_TRUE(samples.remove(owner_));
  EXPECT_FALSE(samples.bytes(owner_));
  EXPECT_TRUE(documents().scan({"proffer", "sample_parts"}, {}, {})->empty());
}

TEST_P(ModelStoreSuite, KeepsWhichProjectsStayOutOfThePrior) {
  store::SampleStore samples(documents());
  EXPECT_FALSE(*samples.is_out("shop"));
  ASSERT_TRUE(samples.set_out("shop", true));
  EXPECT_TRUE(*samples.is_out("shop"));
  EXPECT_FALSE(*samples.is_out("other"));
  ASSERT_TRUE(samples.set_out("shop", false));
  EXPECT_FALSE(*samples.is_out("shop"));
}

TEST_P(ModelStoreSuite, ServesNoneOnceWithdrawn) {
  ASSERT_TRUE(models().withdraw(owner_));
  EXPECT_EQ(add("one"), 1);
  ASSERT_TRUE(models().withdraw(owner_));
  EXPECT_TRUE(models().serving()->empty());
  EXPECT_EQ(models().versions(owner_)->size(), 1U);
  EXPECT_EQ(add("two"), 2);
  EXPECT_EQ(serving(), 2);
}

TEST_P(ModelStoreSuite, NumbersVersionsAndServesTheNewest) {
  EXPECT_EQ(serving(), 0);
  EXPECT_EQ(add("one"), 1);
  EXPECT_EQ(add("two"), 2);
  EXPECT_EQ(serving(), 2);
  const auto versions = models().versions(owner_);
  ASSERT_TRUE(versions);
  ASSERT_EQ(versions->size(), 2U);
  EXPECT_EQ((*versions)[0].at("version"), 2);
  EXPECT_EQ((*versions)[0].at("serving"), boost::json::value(true));
  EXPECT_EQ((*versions)[1].at("serving"), boost::json::value(false));
  EXPECT_EQ((*versions)[1].at("auc"), 0.5);
  EXPECT_EQ(*models().bytes(owner_, 1), "one");
}

TEST_P(ModelStoreSuite, ServesAnEarlierOneAgain) {
  add("one");
  add("two");
  ASSERT_TRUE(models().serve(owner_, 1));
  EXPECT_EQ(serving(), 1);
  EXPECT_EQ(add("three"), 3) << "no number is given twice";
}

TEST_P(ModelStoreSuite, KeepsOwnersApart) {
  add("one");
  const store::ModelOwner other{"other", owner_.use_case};
  EXPECT_TRUE(models().versions(other)->empty());
  EXPECT_EQ(models().bytes(other, 1).error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(models().serve(other, 1).error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(models().told(owner_, 7).error().kind, base::ErrorKind::not_found);
}

TEST_P(ModelStoreSuite, KeepsBytesLargerThanADocument) {
  std::string large(2 * base::limits::model_part_bytes + 5, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2'654'435'761U >> 24);
  EXPECT_TRUE(*models().bytes(owner_, add(large)) == large);
}

TEST_P(ModelStoreSuite, ForgetsTheOldestButNotTheOneThatServes) {
  add("one");
  add("two");
  for (std::size_t i = 0; i < base::limits::model_versions; ++i) {
    add("more");
    ASSERT_TRUE(models().serve(owner_, 1));
  }
  EXPECT_TRUE(models().bytes(owner_, 1));
  EXPECT_FALSE(models().bytes(owner_, 2));
  EXPECT_LE(models().versions(owner_)->size(), base::limits::model_versions + 1);
}

TEST_P(ModelStoreSuite, IsToldWhenTheStoreFails) {
  add("one");
  harness_->fail_writes(true);
  EXPECT_FALSE(models().add(owner_, {}, "two"));
  harness_->fail_writes(false);
  EXPECT_EQ(serving(), 1);
}

}  // namespace proffer::tests

// What every DocumentStore promises of values, names, ids and their order, and of large collections; part of the suite
// of document_store_suite.h.
#pragma once

#include <cfloat>
#include <limits>
#include <set>

#include "conformance/document_store_suite.h"

namespace proffer::tests {

TEST_P(DocumentStoreSuite, NumbersComeBackExactlyWhereverTheyStand) {
  const boost::json::array numbers{INT64_MIN,
                                   -1,
                                   0,
                                   1,
                                   INT64_MAX,
                                   std::int64_t{1} << 53,
                                   (std::int64_t{1} << 53) + 1,
                                   std::uint64_t{1} << 63,
                                   UINT64_MAX,
                                   0.0,
                                   -0.0,
                                   1.0,
                                   -1.0,
                                   0.1,
                                   1e15,
                                   1e22,
                                   1e-7,
                                   DBL_MIN,
                                   DBL_MAX,
                                   -DBL_MAX,
                                   std::numeric_limits<double>::denorm_min(),
                                   9007199254740993.0};
  boost::json::object members;
  for (std::size_t i = 0; i < numbers.size(); ++i) members["n" + std::to_string(i)] = numbers[i];
  put("x", {{"all", numbers}, {"each", members}, {"deep", {{"a", {{{"b", numbers}}}}}}});
  const auto found = *get("x");
  EXPECT_EQ(found.at("each"), boost::json::value(members));
  EXPECT_EQ(found.at("deep"), (boost::json::value{{"a", {{{"b", numbers}}}}}));
  const auto& back = found.at("all").as_array();
  ASSERT_EQ(back.size(), numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(back[i], numbers[i]);
    EXPECT_EQ(back[i].is_double(), numbers[i].is_double()) << numbers[i];
    if (back[i].is_double()) {
      EXPECT_EQ(std::signbit(back[i].get_double()), std::signbit(numbers[i].get_double()));
    }
  }
}

TEST_P(DocumentStoreSuite, DatesAreTheSameMoment) {
  for (const std::int64_t ms : {INT64_MIN, std::int64_t{-62'135'596'800'000}, std::int64_t{-1}, std::int64_t{0},
                                std::int64_t{253'402'300'799'999}, INT64_MAX}) {
    put("x", {{"at", {{"$date", ms}}}});
    EXPECT_EQ(get("x")->at("at"), (boost::json::value{{"$date", ms}}));
  }
  const auto finds = [&](const char* stored, const boost::json::value& wanted) {
    put("x", {{"at", {{"$date", stored}}}});
    return scan({}, {{{"at", document::Compare::equal, wanted}}}).size() == 1;
  };
  EXPECT_TRUE(finds("2024-12-20T13:04:43Z", {{"$date", 1'734'699'883'000}}));
  EXPECT_TRUE(finds("2024-12-20T14:04:43.007+01:00", {{"$date", "2024-12-20T13:04:43.007Z"}}));
  EXPECT_TRUE(finds("2024-12-20T13:04:43.000774Z", {{"$date", "2024-12-20T13:04:43.000774Z"}}));
  EXPECT_TRUE(finds("2024-12-20T13:04:43.000774Z", {{"$date", 1'734'699'883'000}}))
      << "to the millisecond, as MongoDB's";
  EXPECT_FALSE(finds("2024-12-20T13:04:43.000774Z", {{"$date", 1'734'699'883'001}}));
  EXPECT_TRUE(finds("1969-12-31T23:59:59.999Z", {{"$date", -1}}));
}

TEST_P(DocumentStoreSuite, WhatLooksLikeANotationOfOtherKindsComesBack) {
  const store::Document document{
      {"_id", "x"},
      {"a", {{"$date", "yesterday"}}},
      {"b", {{"$date", nullptr}}},
      {"c", {{"$date", 1}, {"and", 2}}},
      {"d", {{"$oid", "507f1f77bcf86cd799439011"}}},
      {"e", {{"$oid", "not one"}}},
      {"f", {{"$numberDecimal", "0.10"}}},
      {"g", {{"$numberLong", "5"}}},
      {"h", {{"$where", "1"}}},
      {"i", {{"$ref", "c"}, {"$id", 1}}},
      {"j", {{"_id", 7}}},
  };
  ASSERT_TRUE(documents().put(here_, document));
  EXPECT_EQ(*get("x"), document);
  EXPECT_EQ(*get("x"),
            **documents().update(here_, "x", {.set = {{"k", document.at("h")}}, .increment = {}, .unset = {}}));
  EXPECT_EQ(get("x")->at("k"), document.at("h"));
}

// Whatever part of a filter a store leaves to its server.
TEST_P(DocumentStoreSuite, AScanFindsExactlyWhatTheFilterLetsPass) {
  using document::Compare;
  const boost::json::array values{nullptr,
                                  true,
                                  false,
                                  0,
                                  1,
                                  1.5,
                                  -0.0,
                                  UINT64_MAX,
                                  "",
                                  "1",
                                  "b",
                                  {{"$date", 5}},
                                  {{"$date", "1970-01-01T00:00:00.005Z"}},
                                  {{"$date", "1970-01-01T00:00:00.005001Z"}},
                                  boost::json::array{},
                                  boost::json::array{1, "b"},
                                  boost::json::array{nullptr, {{"$date", 7}}},
                                  boost::json::array{{{"$date", "1970-01-01T00:00:00.006001Z"}}},
                                  boost::json::object{},
                                  {{"w", 1}},
                                  {{"w", {{"$date", 5}}}},
                                  boost::json::array{{{"w", 1}}, {{"w", "b"}}}};
  std::vector<store::Document> stored{{{"_id", "missing"}}};
  for (const auto& value : values) stored.push_back({{"_id", std::to_string(stored.size())}, {"v", value}});
  ASSERT_TRUE(documents().put_all(here_, stored));
  for (const auto compare : {Compare::equal, Compare::not_equal, Compare::less, Compare::less_or_equal,
                             Compare::greater, Compare::greater_or_equal, Compare::in, Compare::exists}) {
    for (const auto* path : {"v", "v.w", "v.0"}) {
      for (const auto& operand : values) {
        const bool in = compare == Compare::in;
        const document::Filter filter{{{path, compare, in ? boost::json::array{operand, "b"} : operand}}};
        std::set<std::string> expected, found;
        for (const auto& one : stored) {
          if (filter.matches(one)) expected.emplace(one.at("_id").as_string());
        }
        for (const auto& id : scan({}, filter)) found.insert(id);
        EXPECT_EQ(found, expected) << static_cast<int>(compare) << ' ' << path << ' ' << operand;
      }
    }
  }
}

TEST_P(DocumentStoreSuite, TextIsNeitherFoldedNorNormalised) {
  const std::vector<std::string> texts{
      "é",  "e\xcc\x81", "É", "ß", "ss", "İ", "i̇", "👩‍👩‍👧", "שלום", "\xef\xbf\xbf", "\xef\xbb\xbfx",
      "a ", "a"};
  for (const auto& text : texts) put(text, {{"t", text}, {text, 1}});
  EXPECT_EQ(scan().size(), texts.size());
  for (const auto& text : texts) {
    EXPECT_THAT(find_by("t", boost::json::value(text)), ElementsAre(text));
    EXPECT_TRUE(get(text)->contains(text));
  }
}

TEST_P(DocumentStoreSuite, PrefixesEndWhereTextsDo) {
  const std::vector<std::string> prefixes{"a\x7f",         "a\xc2\x80",     "a\xdf\xbf",
                                          "a\xe0\xa0\x80", "a\xed\x9f\xbf", "a\xee\x80\x80"};
  for (const auto& prefix : prefixes) {
    put(prefix);
    put(prefix + "x");
  }
  for (const auto& prefix : prefixes) {
    EXPECT_THAT(scan({.id_prefix = prefix, .after = {}}), ElementsAre(prefix, prefix + "x"));
    ASSERT_TRUE(documents().write({store::RemovePrefix{here_, prefix}}));
    EXPECT_THAT(scan({.id_prefix = prefix, .after = {}}), IsEmpty());
  }
  EXPECT_THAT(scan(), IsEmpty());
}

TEST_P(DocumentStoreSuite, ReadsLargeCollectionsInOneGoOrManyWhileOthersWrite) {
  std::vector<store::Document> many;
  std::set<std::string> ids;
  for (int i = 0; i < 2'500; ++i) {
    many.push_back({{"_id", std::to_string(i)}, {"n", i}, {"text", std::string(100, 'x')}});
    ids.insert(std::to_string(i));
  }
  ASSERT_EQ(*documents().put_all(here_, many), 0u);
  const std::vector<std::string> ordered(ids.begin(), ids.end());
  EXPECT_EQ(scan({.id_prefix = "", .after = {}, .limit = 5'000}), ordered);
  std::vector<std::string> paged;
  store::ScanOptions options{.id_prefix = "", .after = {}, .limit = 700};
  for (auto page = scan(options); !page.empty(); page = scan(options)) {
    paged.insert(paged.end(), page.begin(), page.end());
    options.after = paged.back();
    ASSERT_TRUE(*documents().remove(here_, paged.front()) || paged.size() > 700) << "what was read may go";
    put("!" + paged.back());  // in front of what is still to come
  }
  EXPECT_EQ(paged, ordered);
}

TEST_P(DocumentStoreSuite, ManyLargeDocumentsAreMoreThanOneMessage) {
  std::vector<store::Document> many;
  for (int i = 10; i < 30; ++i) many.push_back({{"_id", std::to_string(i)}, {"v", std::string(1 << 20, 'x')}});
  ASSERT_EQ(*documents().put_all(here_, std::move(many)), 0u);
  const auto found = documents().scan(here_, {}, {});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 20u);
  EXPECT_EQ(scan({.id_prefix = "", .after = {}, .limit = 100, .max_bytes = 5 << 20}).size(), 5u);
}

TEST_P(DocumentStoreSuite, ADocumentIsAsDeepAsTheLimit) {
  boost::json::value deep = 1;
  for (std::size_t i = 1; i < store::document_depth; ++i) deep = boost::json::value{{"a", deep}};
  put("x", {{"v", deep.at("a")}});
  EXPECT_EQ(get("x")->at("v"), deep.at("a"));
  EXPECT_EQ(documents().put(here_, {{"_id", "y"}, {"v", {{"a", {{"a", deep}}}}}}).error().kind,
            base::ErrorKind::invalid);
}

// ---- Updates

class UpdateSuite : public DocumentStoreSuite {
 protected:
  // The new document without its id, or nothing for an update that does not fit.
  std::optional<boost::json::object> update(const store::Update& update) {
    const auto before = get("x");
    auto updated = documents().update(here_, "x", update);
    if (!updated) {
      EXPECT_EQ(updated.error().kind, base::ErrorKind::invalid) << updated.error().message;
      EXPECT_EQ(get("x"), before);
      return std::nullopt;
    }
    EXPECT_EQ(*updated, get("x"));
    (*updated)->erase("_id");
    return **updated;
  }
};

using Members = boost::json::object;

TEST_P(UpdateSuite, SetsIncrementsAndUnsetsAtPaths) {
  put("x", {{"a", {{"b", 1}}}});
  EXPECT_EQ(update({.set = {{"a.c", "t"}, {"new.deep.er", 1}}, .increment = {}, .unset = {"a.b"}}),
            (Members{{"a", {{"c", "t"}}}, {"new", {{"deep", {{"er", 1}}}}}}));
  EXPECT_EQ(update({.set = {{"new", nullptr}}, .increment = {{"n", 2}, {"d", 0.5}}, .unset = {"none", "a.none"}}),
            (Members{{"a", {{"c", "t"}}}, {"new", nullptr}, {"n", 2}, {"d", 0.5}}));
  EXPECT_EQ(update({.set = {}, .increment = {{"n", 0.25}, {"d", 1}}, .unset = {"a", "new"}}),
            (Members{{"n", 2.25}, {"d", 1.5}}));
  EXPECT_EQ(update({}), (Members{{"n", 2.25}, {"d", 1.5}}));
  EXPECT_FALSE(*documents().update(here_, "y", {.set = {{"a", 1}}, .increment = {}, .unset = {}})) << "it makes none";
  EXPECT_FALSE(get("y"));
}

TEST_P(UpdateSuite, ChangesElementsOfArrays) {
  put("x", {{"a", {1, {{"b", 2}}, 3}}});
  EXPECT_EQ(update({.set = {{"a.1.b", 5}, {"a.3", 4}}, .increment = {{"a.0", 1}}, .unset = {"a.2"}}),
            (Members{{"a", {2, {{"b", 5}}, nullptr, 4}}}));
  EXPECT_FALSE(update({.set = {{"a.x", 1}}, .increment = {}, .unset = {}}));
}

TEST_P(UpdateSuite, AppliesWhatOverlapsInOrder) {
  put("x", {{"n", 1}, {"o", {{"p", 1}}}});
  EXPECT_EQ(update({.set = {{"n", 5}, {"o", Members{{"p", 7}, {"q", 1}}}},
                    .increment = {{"n", 1}, {"o.p", 1}},
                    .unset = {"o.q"}}),
            (Members{{"n", 6}, {"o", {{"p", 8}}}}));
}

TEST_P(UpdateSuite, RefusesWhatDoesNotFit) {
  put("x", {{"t", "text"}, {"big", INT64_MAX}, {"null", nullptr}, {"o", Members{}}});
  const auto set = [](std::string path, boost::json::value value) {
    return store::Update{.set = {{std::move(path), std::move(value)}}, .increment = {}, .unset = {}};
  };
  const auto increment = [](std::string path, boost::json::value by) {
    return store::Update{.set = {{"other", 1}}, .increment = {{std::move(path), std::move(by)}}, .unset = {}};
  };
  EXPECT_FALSE(update(set("t.u", 1)));
  EXPECT_FALSE(update(set("_id", "y")));
  EXPECT_FALSE(update(set("v", NAN)));
  EXPECT_FALSE(update(set("v", "\xff")));
  EXPECT_FALSE(update(increment("t", 1)));
  EXPECT_FALSE(update(increment("o", 1)));
  if (harness_->refuses_such_increments()) {
    EXPECT_FALSE(update(increment("null", 1)));
    EXPECT_FALSE(update(increment("big", 1)));
  }
  EXPECT_FALSE(update(increment("n", "1")));
  EXPECT_TRUE(update(increment("n", 1)));
}

TEST_P(UpdateSuite, NamesThatNeedEscapingAreNames) {
  put("x", {{"$set", {{"%2E", 1}}}, {"", 1}, {"100%", 1}});
  EXPECT_EQ(update({.set = {{"$set.$inc", 2}}, .increment = {{"$set.%2E", 1}, {"100%", 1}}, .unset = {""}}),
            (Members{{"$set", {{"%2E", 2}, {"$inc", 2}}}, {"100%", 2}}));
  put("y", {{"$set", {{"%2E", 2}}}});
  EXPECT_THAT(find_by("$set.%2E", 2), ElementsAre("x", "y"));
}

// Also where a change is worked out first.
TEST_P(UpdateSuite, ChangesOfManyThreadsAllCount) {
  put("x", {{"a", {0, 0}}, {"n", 0}});
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        for (bool done = false; !done;) {
          const auto updated =
              documents().update(here_, "x", {.set = {}, .increment = {{"a.0", 1}, {"n", 1}}, .unset = {}});
          done = updated.has_value();
          if (!done) {
            ASSERT_EQ(updated.error().kind, base::ErrorKind::unavailable) << updated.error().message;
          }
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(get("x")->at("a"), (boost::json::value{30, 0}));
  EXPECT_EQ(get("x")->at("n"), boost::json::value(30));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(UpdateSuite);

}  // namespace proffer::tests

#include "store/update.h"

#include <gtest/gtest.h>

namespace proffer::store {
namespace {

namespace json = boost::json;
using base::ErrorKind;

Document document() { return {{"_id", "x"}, {"n", 1}, {"a", {{"b", 2.5}}}, {"list", {1, {{"c", 3}}}}}; }

std::string applied(const Update& update) {
  Document changed = document();
  const auto status = apply(update, changed);
  return status ? json::serialize(changed) : status.error().message;
}

std::optional<ErrorKind> refused(const Update& update) {
  Document changed = document();
  const auto status = apply(update, changed);
  return status ? std::nullopt : std::optional(status.error().kind);
}

TEST(Update, SetsThenIncrementsThenUnsets) {
  const Update update{.set = {{"n", 10}, {"gone", 1}}, .increment = {{"n", 5}}, .unset = {"gone"}};
  EXPECT_EQ(applied(update), R"({"_id":"x","n":15,"a":{"b":2.5E0},"list":[1,{"c":3}]})");
}

TEST(Update, MakesWhatIsMissingOnTheWay) {
  EXPECT_EQ(applied({.set = {{"p.q.r", true}}, .increment = {{"s.t", 2}}, .unset = {"a", "list", "n"}}),
            R"({"_id":"x","p":{"q":{"r":true}},"s":{"t":2}})");
}

TEST(Update, ReachesElementsOfArraysByTheirIndex) {
  EXPECT_EQ(
      applied({.set = {{"list.0", "one"}, {"list.2", "new"}}, .increment = {{"list.1.c", 4}}, .unset = {"a", "n"}}),
      R"({"_id":"x","list":["one",{"c":7},"new"]})");
  EXPECT_EQ(applied({.set = {}, .increment = {}, .unset = {"list.0", "list.7", "list.1.c", "nothing.here", "a", "n"}}),
            R"({"_id":"x","list":[null,{}]})");
}

TEST(Update, AddsIntegersAsIntegersAndTheRestAsDoubles) {
  Document changed = document();
  ASSERT_TRUE(apply({.set = {}, .increment = {{"n", 2}, {"a.b", 1}, {"fresh", 0.5}}, .unset = {}}, changed));
  EXPECT_TRUE(changed.at("n").is_int64());
  EXPECT_EQ(changed.at("a").at("b"), json::value(3.5));
  EXPECT_EQ(changed.at("fresh"), json::value(0.5));
}

TEST(Update, RefusesWhatDoesNotFit) {
  EXPECT_EQ(refused({.set = {{"n.deeper", 1}}, .increment = {}, .unset = {}}), ErrorKind::invalid);
  EXPECT_EQ(refused({.set = {{"list.3", 1}}, .increment = {}, .unset = {}}), ErrorKind::invalid);
  EXPECT_EQ(refused({.set = {{"list.x", 1}}, .increment = {}, .unset = {}}), ErrorKind::invalid);
  EXPECT_EQ(refused({.set = {}, .increment = {{"a", 1}}, .unset = {}}), ErrorKind::invalid);
  EXPECT_EQ(refused({.set = {}, .increment = {{"n", "1"}}, .unset = {}}), ErrorKind::invalid);
  EXPECT_EQ(refused({.set = {}, .increment = {{"n", INT64_MAX}}, .unset = {}}), ErrorKind::invalid);
  EXPECT_EQ(refused({.set = {{"_id", "y"}}, .increment = {}, .unset = {}}), ErrorKind::invalid);
  EXPECT_EQ(refused({.set = {}, .increment = {}, .unset = {"_id"}}), ErrorKind::invalid);
  EXPECT_EQ(refused({.set = {{"_idle", 1}}, .increment = {{"n", INT64_MAX - 1}}, .unset = {}}), std::nullopt);
}

}  // namespace
}  // namespace proffer::store

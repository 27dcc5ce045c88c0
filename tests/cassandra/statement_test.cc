#include "adapters/cassandra/statement.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace proffer::adapters::cql {
namespace {

using testing::HasSubstr;

std::string taken(std::string_view text) {
  const auto statement = select_statement(text);
  return statement ? *statement : "refused: " + statement.error().message;
}

TEST(CqlStatement, OneSelectIsTakenWithoutWhatIsAroundIt) {
  EXPECT_EQ(taken("SELECT * FROM t"), "SELECT * FROM t");
  EXPECT_EQ(taken("  select a from t ;  \n"), "select a from t");
  EXPECT_EQ(taken("-- all\nSELECT /* these */ a FROM t -- and no more\n;"), "SELECT   a FROM t");
  EXPECT_EQ(taken("// first\nSELECT*FROM t"), "SELECT*FROM t");
}

TEST(CqlStatement, QuotedTextMayHoldWhatEndsOrComments) {
  EXPECT_EQ(taken("SELECT a FROM t WHERE b = 'it''s; -- not over'"), "SELECT a FROM t WHERE b = 'it''s; -- not over'");
  EXPECT_EQ(taken("SELECT \"a;\"\"/*b\" FROM t"), "SELECT \"a;\"\"/*b\" FROM t");
  EXPECT_EQ(taken("SELECT a FROM t WHERE b = $$;'$$"), "SELECT a FROM t WHERE b = $$;'$$");
}

TEST(CqlStatement, AnythingElseIsRefused) {
  for (const auto* other : {"", ";", "INSERT INTO t (a) VALUES (1)", "DROP TABLE t", "BEGIN BATCH SELECT", "selection",
                            "SELECT", "/* SELECT */ TRUNCATE t", "-- SELECT\nDELETE FROM t", "'SELECT' a"}) {
    EXPECT_THAT(taken(other), HasSubstr("one SELECT statement of CQL")) << other;
  }
}

TEST(CqlStatement, ASecondStatementIsRefused) {
  EXPECT_THAT(taken("SELECT a FROM t; DROP TABLE t"), HasSubstr("one statement, and nothing behind"));
  EXPECT_THAT(taken("SELECT a FROM t; 'x'"), HasSubstr("one statement, and nothing behind"));
  EXPECT_EQ(taken("SELECT a FROM t;; -- and nothing"), "SELECT a FROM t");
}

TEST(CqlStatement, WhatDoesNotEndIsRefused) {
  EXPECT_THAT(taken("SELECT a FROM t WHERE b = 'x"), HasSubstr("begins with ' does not end"));
  EXPECT_THAT(taken("SELECT a FROM t /* x"), HasSubstr("a comment does not end"));
  EXPECT_THAT(taken("SELECT \xff"), HasSubstr("UTF-8"));
}

TEST(CqlStatement, LengthHasALimit) {
  const std::string begin = "SELECT a FROM t WHERE b = '";
  const auto of_size = [&](std::size_t size) { return begin + std::string(size - begin.size() - 1, 'x') + "'"; };
  EXPECT_TRUE(select_statement(of_size(base::limits::cassandra_query_bytes)));
  EXPECT_FALSE(select_statement(of_size(base::limits::cassandra_query_bytes + 1)));
}

TEST(CqlStatement, NamesAreQuoted) { EXPECT_EQ(quoted_name("My\"Table"), "\"My\"\"Table\""); }

}  // namespace
}  // namespace proffer::adapters::cql

#include "document/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "document/csv.h"
#include "document/json.h"

namespace proffer::document {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

std::string rows_text(std::string_view type, std::string_view body, const RowOptions& options = {}) {
  const auto rows = parse_rows(type, body, options);
  if (!rows) return "error: " + rows.error().message;
  json::array array(rows->begin(), rows->end());
  return json_text(array);
}

base::Error error_of(std::string_view type, std::string_view body, const RowOptions& options = {}) {
  const auto rows = parse_rows(type, body, options);
  return rows ? base::Error{} : rows.error();
}

TEST(ParseRows, ReadsAnArrayOfObjects) {
  EXPECT_EQ(rows_text("application/json", R"([{"offer": "a"}, {"offer": "b", "price": 2.5}])"),
            R"([{"offer":"a"},{"offer":"b","price":2.5}])");
  EXPECT_EQ(rows_text("Application/JSON; charset=\"UTF-8\"", "[]"), "[]");
  EXPECT_EQ(rows_text("", "[]"), "[]");
}

TEST(ParseRows, NamesEveryRowThatIsNoObject) {
  const auto error = error_of("application/json", R"([{}, 1, {}, "x"])");
  ASSERT_EQ(error.fields.size(), 2u);
  EXPECT_EQ(error.kind, base::ErrorKind::invalid);
  EXPECT_EQ(error.fields[0].location, "body[1]");
  EXPECT_EQ(error.fields[1].message, "row 4: expected an object");
  EXPECT_EQ(error.fields[1].value, "\"x\"");
  EXPECT_EQ(error_of("application/json", "{}").kind, base::ErrorKind::invalid);
}

TEST(ParseRows, ReadsOneObjectALine) {
  for (const auto* type : {"application/x-ndjson", "application/ndjson", "application/jsonl"}) {
    EXPECT_EQ(rows_text(type, "{\"a\":1}\n\r\n  {\"a\":2}\r\n{\"a\":3}"), R"([{"a":1},{"a":2},{"a":3}])");
  }
  EXPECT_EQ(rows_text("application/jsonl", ""), "[]");
  const auto error = error_of("application/jsonl", "{\"a\":1}\n\n{\"a\":");
  EXPECT_EQ(error.kind, base::ErrorKind::malformed);
  EXPECT_THAT(error.message, HasSubstr("row 2 (line 3) is not JSON"));
  EXPECT_EQ(error.fields[0].location, "body[1]");
}

TEST(ParseRows, ReadsCsvCellsAsTheJsonTheySpell) {
  EXPECT_EQ(rows_text("text/csv", "offer,price,live,note\na,2.50,true,\n1,-3,false,TRUE\nb,01,yes,1e2\n"),
            R"([{"offer":"a","price":2.5,"live":true},{"offer":1,"price":-3,"live":false,"note":"TRUE"},)"
            R"({"offer":"b","price":"01","live":"yes","note":100}])");
}

TEST(ParseRows, KeepsDigitsOfIdentifiersInCsv) {
  EXPECT_EQ(rows_text("text/csv", "id\n123456789012345678901234567890"),
            R"([{"id":"123456789012345678901234567890"}])");
  const std::vector<std::string> columns{"offer"};
  EXPECT_EQ(rows_text("text/csv", "offer,price\n1.10,1.10\n", {.text_columns = columns}),
            R"([{"offer":"1.10","price":1.1}])");
}

TEST(ParseRows, ReadsCsvAsSpreadsheetsWriteIt) {
  EXPECT_EQ(rows_text("text/csv; charset=utf-8",
                      "\xef\xbb\xbfoffer,\"long \"\"name\"\"\"\r\n\"a,b\",\"two\r\nlines\"\r\n\r\nc,d\r\n"),
            R"([{"offer":"a,b","long \"name\"":"two\r\nlines"},{"offer":"c","long \"name\"":"d"}])");
  EXPECT_EQ(rows_text("text/csv", "a,b\n1,"), R"([{"a":1}])");
  EXPECT_EQ(rows_text("text/csv", "a,b"), "[]");
  EXPECT_EQ(rows_text("text/csv", "a\n\"\"\nx"), R"([{},{"a":"x"}])");
}

TEST(ParseRows, NamesTheRowAndLineThatIsNotCsv) {
  EXPECT_EQ(error_of("text/csv", "a,b\n\"x\ny\",1\n1,2,3\n").message, "row 2 (line 4) has 3 cells, the header 2");
  EXPECT_EQ(error_of("text/csv", "a,b\n1\n").message, "row 1 (line 2) has 1 cells, the header 2");
  EXPECT_EQ(error_of("text/csv", "a\n\"x").message, "row 1: line 2: a quote is never closed");
  EXPECT_EQ(error_of("text/csv", "a\nx\"y\n").message,
            "row 1: line 2: a quote within a cell that does not begin with one");
  EXPECT_EQ(error_of("text/csv", "a\n\"x\"y\n").message, "row 1: line 2: a closing quote is followed by text");
  EXPECT_EQ(error_of("text/csv", "a,a\n").message, "the header names column \"a\" twice");
  EXPECT_EQ(error_of("text/csv", "a,\n").message, "the header's column 2 has no name");
  EXPECT_EQ(error_of("text/csv", "").kind, base::ErrorKind::malformed);
  EXPECT_THAT(error_of("text/csv", "a\n\xff\n").message, HasSubstr("not UTF-8 at offset 2"));
}

TEST(ParseRows, RefusesOtherTypesAndCharsets) {
  EXPECT_EQ(error_of("application/xml", "[]").kind, base::ErrorKind::unsupported);
  EXPECT_EQ(error_of("application/x-www-form-urlencoded", "[]").kind, base::ErrorKind::unsupported);
  EXPECT_THAT(error_of("text/csv; charset=iso-8859-1", "a").message, HasSubstr("iso-8859-1"));
}

TEST(ParseRows, HoldsTheLimitOnRowsInEveryForm) {
  const RowOptions two{.max_rows = 2};
  EXPECT_EQ(rows_text("application/json", "[{},{}]", two), "[{},{}]");
  EXPECT_EQ(error_of("application/json", "[{},{},{}]", two).kind, base::ErrorKind::too_large);
  EXPECT_EQ(error_of("application/jsonl", "{}\n{}\n{}", two).kind, base::ErrorKind::too_large);
  EXPECT_EQ(error_of("text/csv", "a\n1\n2\n3", two).kind, base::ErrorKind::too_large);
  EXPECT_TRUE(parse_rows("text/csv", "a\n1\n2\n", two));
}

TEST(CsvReader, ReadsBackAnyTableThatWasQuoted) {
  const std::uint64_t seed = 11;
  std::mt19937_64 random(seed);
  const std::string_view letters = "ab,\"\r\n x";
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::vector<std::string>> table(1 + random() % 4, std::vector<std::string>(1 + random() % 4));
    std::string text;
    for (auto& row : table) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        for (auto n = random() % 5; n > 0; --n) row[i] += letters[random() % letters.size()];
        text += i == 0 ? "\"" : ",\"";
        for (const char c : row[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
      }
      text += random() % 2 ? "\r\n" : "\n";
    }
    CsvReader reader(text);
    for (const auto& row : table) {
      const auto cells = reader.next();
      ASSERT_TRUE(cells && *cells) << text << " seed " << seed;
      ASSERT_EQ(**cells, row) << text << " seed " << seed;
    }
    ASSERT_FALSE(*reader.next());
  }
}

}  // namespace
}  // namespace proffer::document

#include "document/row_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "document/json.h"
#include "document/rows.h"

namespace proffer::document {
namespace {

using testing::HasSubstr;

constexpr std::size_t row_bytes = 100;

struct Read {
  std::vector<std::string> rows;  // as JSON
  std::string error;
  std::string location;
  base::ErrorKind kind{};
};

// Feeds `text` in pieces of `piece` bytes and takes rows as they come.
Read read(RowForm form, std::string_view text, std::size_t piece, std::vector<std::string> text_columns = {}) {
  RowStream stream(form, {row_bytes, std::move(text_columns)});
  Read out;
  for (;;) {
    auto row = stream.next();
    if (!row) {
      out.error = row.error().message;
      out.kind = row.error().kind;
      if (!row.error().fields.empty()) out.location = row.error().fields[0].location;
      return out;
    }
    if (*row) {
      out.rows.push_back(json_text(**row));
      EXPECT_EQ(stream.row(), out.rows.size());
    } else if (text.data() == nullptr) {
      return out;
    } else if (text.empty()) {
      stream.end();
      text = {};
    } else {
      stream.feed(text.substr(0, piece));
      text.remove_prefix(std::min(piece, text.size()));
    }
  }
}

// The same whatever the pieces.
Read read(RowForm form, std::string_view text, std::vector<std::string> text_columns = {}) {
  const Read whole = read(form, text, text.size() + 1, text_columns);
  for (const std::size_t piece : {1, 2, 3, 7}) {
    const Read again = read(form, text, piece, text_columns);
    EXPECT_EQ(again.rows, whole.rows) << piece;
    EXPECT_EQ(again.error, whole.error) << piece;
  }
  return whole;
}

using Rows = std::vector<std::string>;

TEST(RowStream, ReadsAnArray) {
  EXPECT_EQ(read(RowForm::array, R"([{"a":1},{"b":"x,]}\"[\\"} , 7,"],",[1,{"c":[]}],null ])").rows,
            (Rows{R"({"a":1})", R"({"b":"x,]}\"[\\"})", "7", R"("],")", R"([1,{"c":[]}])", "null"}));
  for (const auto* empty : {"[]", " [ \n ] \n", "\t[]"}) {
    const auto none = read(RowForm::array, empty);
    EXPECT_TRUE(none.rows.empty() && none.error.empty()) << empty << none.error;
  }
}

TEST(RowStream, RefusesWhatIsNoArray) {
  for (const auto* bad : {"", "  ", "{}", "7", "\"[]\""}) {
    EXPECT_EQ(read(RowForm::array, bad).error, "body: expected an array of objects") << bad;
  }
  EXPECT_EQ(read(RowForm::array, "[{}").error, "the array ends within row 1");
  EXPECT_EQ(read(RowForm::array, "[{},").error, "the array ends within row 2");
  EXPECT_EQ(read(RowForm::array, "[{}]\n]").error, "line 2: text behind the array");
  EXPECT_EQ(read(RowForm::array, "[{}]").error, "");
}

TEST(RowStream, NamesRowAndLineOfWhatIsNotJson) {
  const auto bad = read(RowForm::array, "[\n{\"a\":1},\n\n{a:2}]");
  EXPECT_EQ(bad.rows.size(), 1u);
  EXPECT_THAT(bad.error, testing::StartsWith("row 2 (line 4)"));
  EXPECT_EQ(bad.location, "body[1]");
  EXPECT_EQ(bad.kind, base::ErrorKind::malformed);
  for (const auto* text : {"[,1]", "[1,]", "[1,,2]", "[1 2]", "[{]", "[\"a]", "[1}]", "[1e999]", "[\"\xff\"]"}) {
    EXPECT_NE(read(RowForm::array, text).error, "") << text;
  }
}

TEST(RowStream, ReadsLines) {
  EXPECT_EQ(read(RowForm::lines, "{\"a\":1}\n\n \r\n{\"b\":\"\\n\"}\r\n3").rows,
            (Rows{R"({"a":1})", R"({"b":"\n"})", "3"}));
  EXPECT_TRUE(read(RowForm::lines, "").error.empty());
  const auto bad = read(RowForm::lines, "{\"a\":1}\n\n{\"b\":\n}\n");
  EXPECT_EQ(bad.rows.size(), 1u);
  EXPECT_THAT(bad.error, testing::StartsWith("row 2 (line 3)"));
  EXPECT_EQ(bad.location, "body[1]");
}

TEST(RowStream, ReadsCsv) {
  EXPECT_EQ(
      read(RowForm::csv, "\xef\xbb\xbfid,name,n\r\n1,\"a, \"\"b\"\"\nc\",2.5\n\n2,,true\n007,x,\n", {"id"}).rows,
      (Rows{R"({"id":"1","name":"a, \"b\"\nc","n":2.5})", R"({"id":"2","n":true})", R"({"id":"007","name":"x"})"}));
  EXPECT_EQ(read(RowForm::csv, "id\n").rows, Rows{});
  EXPECT_EQ(read(RowForm::csv, "id").error, "");
}

TEST(RowStream, RefusesWhatIsNoCsv) {
  EXPECT_THAT(read(RowForm::csv, "").error, HasSubstr("header line was expected"));
  EXPECT_THAT(read(RowForm::csv, "a,a\n").error, HasSubstr("twice"));
  const auto cells = read(RowForm::csv, "a,b\n1,\"2\n3\"\n4\n");
  EXPECT_EQ(cells.rows.size(), 1u);
  EXPECT_EQ(cells.error, "row 2 (line 4) has 1 cells, the header 2");
  EXPECT_EQ(cells.location, "body[1]");
  EXPECT_EQ(read(RowForm::csv, "a\n\"x").error, "row 1: line 2: a quote is never closed");
  EXPECT_EQ(read(RowForm::csv, "a\nx\"y\"\n").error,
            "row 1: line 2: a quote within a cell that does not begin with one");
  EXPECT_EQ(read(RowForm::csv, "a\nb\n\xff\n").error, "row 2 (line 3): a byte that is not UTF-8");
}

TEST(RowStream, TakesRowsUpToTheLimitOnly) {
  const std::string edge = '"' + std::string(row_bytes - 2, 'x') + '"';
  const std::string past = '"' + std::string(row_bytes - 1, 'x') + '"';
  EXPECT_EQ(read(RowForm::array, '[' + edge + ',' + edge + ']').rows.size(), 2u);
  EXPECT_EQ(read(RowForm::lines, edge + '\n' + edge).rows.size(), 2u);
  for (const auto& bad : {read(RowForm::array, "[1," + past + ']'), read(RowForm::lines, "1\n" + past + "\n2")}) {
    EXPECT_EQ(bad.kind, base::ErrorKind::too_large);
    EXPECT_THAT(bad.error, testing::StartsWith("row 2 (line "));
    EXPECT_THAT(bad.error, HasSubstr("is longer than 100 bytes"));
  }
  EXPECT_EQ(read(RowForm::csv, "a\n" + past + '\n').kind, base::ErrorKind::too_large);
}

TEST(RowStream, HoldsNoMoreThanTheLongestRow) {
  RowStream stream(RowForm::lines, {row_bytes});
  stream.feed(std::string(row_bytes, 'x'));
  EXPECT_TRUE(stream.next());
  stream.feed("x");
  EXPECT_EQ(stream.next().error().kind, base::ErrorKind::too_large) << "without waiting for the line's end";
}

// Against the reader of whole bodies, on rows made at random.
TEST(RowStream, ReadsWhatTheReaderOfWholeBodiesReads) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const std::vector<std::string> cells{"1", "-2.5", "x", "\"a,b\"", "\"c\"\"d\"", "\"e\nf\"", "true", "", "é"};
  for (int round = 0; round < 200; ++round) {
    std::string csv = "k,l\n";
    std::string array = "[";
    for (std::size_t rows = random() % 5; rows > 0; --rows) {
      csv +=
          cells[random() % cells.size()] + ',' + cells[random() % cells.size()] + (random() % 2 != 0 ? "\r\n" : "\n");
      array += (array.size() > 1 ? "," : "") + std::string(random() % 3, ' ') + R"({"k":[1,"]"],"l":"{"})";
    }
    for (const auto& [type, form, text] :
         {std::tuple{"text/csv", RowForm::csv, csv}, std::tuple{"application/json", RowForm::array, array + ']'}}) {
      Rows expected;
      const auto whole = parse_rows(type, text).value();
      for (const auto& row : whole) expected.push_back(json_text(row));
      EXPECT_EQ(read(form, text, 1 + random() % 9).rows, expected) << text;
    }
  }
}

}  // namespace
}  // namespace proffer::document

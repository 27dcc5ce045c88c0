// The form of requests and answers, byte by byte as section 2 and 4 of the protocol's specification say.
#include "adapters/cassandra/frame.h"

#include <gmock/gmock.h>

#include "adapters/cassandra/results.h"
#include "adapters/cassandra/wire.h"
#include "base/limits.h"

namespace proffer::adapters::cql {
namespace {

using std::string_literals::operator""s;
using testing::HasSubstr;

// Bytes from hex digits and blanks.
std::string bytes(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (hex[i] == ' ') continue;
    out += static_cast<char>(std::stoi(std::string(hex.substr(i++, 2)), nullptr, 16));
  }
  return out;
}

TEST(CqlFrame, OptionsIsAHeaderAlone) { EXPECT_EQ(options_frame(1), bytes("04 00 0001 05 00000000")); }

TEST(CqlFrame, StartupNamesTheLanguagesVersion) {
  const auto frame = startup_frame(2);
  EXPECT_EQ(frame.substr(0, 5), bytes("04 00 0002 01"));
  EXPECT_THAT(frame, HasSubstr("\0\x0b"s + "CQL_VERSION" + "\0\x05"s + "3.0.0"));
}

TEST(CqlFrame, LogInIsSaslPlain) {
  EXPECT_EQ(auth_response_frame(3, "u", "pw"), bytes("04 00 0003 0f 00000009 00000005 00 75 00 70 77"));
}

TEST(CqlFrame, QueryAndPrepareCarryALongText) {
  EXPECT_EQ(query_frame(1, "USE k", Consistency::local_one),
            bytes("04 00 0001 07 0000000c 00000005 55 53 45 20 6b 000a 00"));
  EXPECT_EQ(prepare_frame(1, "USE k"), bytes("04 00 0001 09 00000009 00000005 55 53 45 20 6b"));
}

TEST(CqlFrame, ExecuteCarriesValuesPageSizeAndPagingState) {
  EXPECT_EQ(execute_frame(1, {"ID", Consistency::quorum, {}, 100, {}}),
            bytes("04 00 0001 0a 0000000b 0002 49 44 0004 04 00000064"));
  EXPECT_EQ(execute_frame(1, {"ID", Consistency::one, {"x", std::nullopt}, 1, "st"}),
            bytes("04 00 0001 0a 0000001c 0002 49 44 0001 0d 0002 00000001 78 ffffffff 00000001 00000002 73 74"));
}

TEST(CqlFrame, AHeaderIsReadAndItsBodyIsBounded) {
  const auto header = read_header(bytes("84 08 0007 08 00000010"));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->flags, 8);
  EXPECT_EQ(header->stream, 7);
  EXPECT_EQ(header->opcode, Opcode::result);
  EXPECT_EQ(header->body_bytes, 16u);
  EXPECT_TRUE(read_header(bytes("84 00 0000 08 02000000"))) << "32 MiB, the limit";
  EXPECT_THAT(read_header(bytes("84 00 0000 08 02000001")).error().message, HasSubstr("33554433 bytes"));
  EXPECT_FALSE(read_header(bytes("84 00 0000 08 ffffffff")));
}

TEST(CqlFrame, AnotherProtocolIsToldFromAnotherVersion) {
  EXPECT_THAT(read_header("HTTP/1.1 ").error().message, HasSubstr("does not speak Cassandra's native protocol"));
  EXPECT_THAT(read_header(bytes("83 00 00 00 00 000000 00")).error().message, HasSubstr("speaks version 3"));
  EXPECT_THAT(read_header(bytes("04 00 0001 05 00000000")).error().message, HasSubstr("does not speak")) << "a request";
}

TEST(CqlFrame, WhatFlagsPutBeforeTheBodyIsTakenOff) {
  const std::string trace(16, 't');
  const auto warnings = bytes("0002 0001 61 0002 62 63");
  const auto payload = bytes("0001 0001 6b 00000001 76");
  const auto whole = trace + warnings + payload + "rest";
  const auto body = read_body(0x0e, whole);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->content, "rest");
  EXPECT_EQ(body->warnings, (std::vector<std::string>{"a", "bc"}));
  EXPECT_FALSE(read_body(0x08, warnings.substr(0, 5)));
  EXPECT_FALSE(read_body(0x01, "x")) << "nothing is compressed";
}

TEST(CqlFrame, ConsistenciesHaveTheirNames) {
  EXPECT_EQ(consistency_named("local_quorum"), Consistency::local_quorum);
  EXPECT_EQ(consistency_named("LOCAL_QUORUM"), std::nullopt);
}

TEST(CqlErrors, CodesHaveNamesAndKinds) {
  const auto read = [](std::string_view code) { return told(read_error(bytes(code) + bytes("0004 6c 69 6e 65"))); };
  EXPECT_EQ(read("00002000").message, "Syntax_error (0x2000): line");
  EXPECT_EQ(read("00002000").kind, base::ErrorKind::invalid);
  EXPECT_EQ(read("00002200").kind, base::ErrorKind::invalid);
  EXPECT_EQ(read("00001200").kind, base::ErrorKind::timed_out);
  EXPECT_EQ(read("00001001").message, "Overloaded (0x1001): line");
  EXPECT_EQ(read("00001001").kind, base::ErrorKind::remote);
  EXPECT_EQ(read("00004242").message, "error 0x4242: line");
}

TEST(CqlErrors, AMessageIsOneLineOfBoundedLength) {
  std::string body = bytes("00002200");
  WireWriter(body).text("a\nb" + std::string(10'000, 'x'));
  const auto error = read_error(body);
  EXPECT_EQ(error.message.substr(0, 4), "a bx");
  EXPECT_EQ(error.message.size(), base::limits::cassandra_message_bytes);
  EXPECT_EQ(read_error("\0\0").message, "an error without a message");
}

// One column `n` int of table k.t, and its rows.
std::string rows_body(std::string_view flags, std::string_view paging, std::string_view rows) {
  return bytes("00000002") + bytes(flags) + bytes("00000001") + bytes(paging) + bytes("0001 6b 0001 74 0001 6e 0009") +
         bytes(rows);
}

TEST(CqlPage, RowsComeOneByOneWithTheStateOfTheNextPage) {
  auto page = Page::read(rows_body("00000003", "00000002 7374", "00000002 00000004 00000005 ffffffff"));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->paging_state(), "st");
  EXPECT_EQ(page->rows_left(), 2u);
  EXPECT_EQ(**page->next(), (boost::json::object{{"n", 5}}));
  EXPECT_EQ(**page->next(), (boost::json::object{{"n", nullptr}}));
  EXPECT_EQ(*page->next(), std::nullopt);
}

TEST(CqlPage, WhatDoesNotFitItsHeadIsRefused) {
  EXPECT_FALSE(Page::read(rows_body("00000001", "", "00000003 00000004 00000005"))) << "more rows than bytes";
  EXPECT_FALSE(Page::read(rows_body("00000001", "", "ffffffff")));
  auto short_int = Page::read(rows_body("00000001", "", "00000001 00000003 000005"));
  EXPECT_THAT(short_int->next().error().message, HasSubstr("column 'n': 3 bytes are no value of type int"));
  auto behind = Page::read(rows_body("00000001", "", "00000000 00"));
  ASSERT_TRUE(behind);
  EXPECT_FALSE(behind->next()) << "a byte behind the last row";
  EXPECT_FALSE(Page::read(bytes("00000001"))) << "no rows";
  EXPECT_FALSE(Page::read(bytes("00000002 00000004 00000001 00000000"))) << "without a description of its columns";
}

TEST(CqlPage, ColumnsMayEachNameTheirTable) {
  auto page =
      Page::read(bytes("00000002 00000000 00000002 0001 6b 0001 74 0001 61 0004 0001 6b 0001 75 0001 62 000d"
                       "00000001 00000001 01 00000001 7a"));
  ASSERT_TRUE(page);
  EXPECT_EQ(**page->next(), (boost::json::object{{"a", true}, {"b", "z"}}));
}

TEST(CqlPage, ARowHasItsLimit) {
  const std::size_t limit = base::limits::cassandra_row_bytes;
  for (const std::size_t text : {limit - 4, limit - 3}) {
    std::string body = bytes("00000002 00000001 00000001 0001 6b 0001 74 0001 61 000d 00000001");
    WireWriter(body).bytes(std::string(text, 'x'));
    auto page = Page::read(body);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next().has_value(), text == limit - 4);
  }
}

TEST(CqlPrepared, HoldsTheTypesOfQuestionMarksAndColumns) {
  const auto prepared =
      read_prepared(bytes("00000004 0002 4944 00000001 00000001 00000001 0000 0001 6b 0001 74 0002 6964"
                          "0009 00000001 00000001 0001 6b 0001 74 0001 61 000d"));
  ASSERT_TRUE(prepared) << prepared.error().message;
  EXPECT_EQ(prepared->id, "ID");
  EXPECT_EQ(prepared->bound, (std::vector<Column>{{"id", Type{Kind::int_}}}));
  EXPECT_EQ(prepared->selected, (std::vector<Column>{{"a", Type{Kind::varchar}}}));
}

TEST(CqlPrepared, OfAnotherStatementSelectsNothing) {
  const auto prepared = read_prepared(bytes("00000004 0001 41 00000000 00000000 00000000 00000004 00000000"));
  ASSERT_TRUE(prepared) << prepared.error().message;
  EXPECT_TRUE(prepared->selected.empty());
  EXPECT_FALSE(read_prepared(bytes("00000004 0000 00000000 00000000 00000000 00000004 00000000"))) << "without an id";
}

}  // namespace
}  // namespace proffer::adapters::cql

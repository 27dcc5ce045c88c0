// Values of every type, worked by hand from section 6 of the protocol's specification.
#include "adapters/cassandra/values.h"

#include <gmock/gmock.h>

#include "adapters/cassandra/decimal.h"
#include "base/limits.h"
#include "document/json.h"

namespace proffer::adapters::cql {
namespace {

std::string value_bytes(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (hex[i] == ' ') continue;
    out += static_cast<char>(std::stoi(std::string(hex.substr(i++, 2)), nullptr, 16));
  }
  return out;
}

// As JSON text, or "error: …".
std::string shown(const Type& type, std::optional<std::string_view> value) {
  const auto read = read_value(type, value);
  return read ? document::json_text(*read) : "error: " + read.error().message;
}
std::string of(Kind kind, std::string_view hex) { return shown(Type{kind}, value_bytes(hex)); }

TEST(CqlValues, Integers) {
  EXPECT_EQ(of(Kind::tinyint, "80"), "-128");
  EXPECT_EQ(of(Kind::smallint, "7fff"), "32767");
  EXPECT_EQ(of(Kind::int_, "fffffffe"), "-2");
  EXPECT_EQ(of(Kind::bigint, "8000000000000000"), "-9223372036854775808");
  EXPECT_EQ(of(Kind::counter, "0000000000000005"), "5");
  EXPECT_EQ(of(Kind::int_, "0000000001"), "error: 5 bytes are no value of type int");
}

// The table of section 6.17.
TEST(CqlValues, Varints) {
  EXPECT_EQ(of(Kind::varint, "00"), "0");
  EXPECT_EQ(of(Kind::varint, "01"), "1");
  EXPECT_EQ(of(Kind::varint, "7f"), "127");
  EXPECT_EQ(of(Kind::varint, "0080"), "128");
  EXPECT_EQ(of(Kind::varint, "0081"), "129");
  EXPECT_EQ(of(Kind::varint, "ff"), "-1");
  EXPECT_EQ(of(Kind::varint, "80"), "-128");
  EXPECT_EQ(of(Kind::varint, "ff7f"), "-129");
  EXPECT_EQ(of(Kind::varint, "7fffffffffffffff"), "9223372036854775807");
  EXPECT_EQ(of(Kind::varint, "00ffffffffffffffff"), "18446744073709551615");
  EXPECT_EQ(of(Kind::varint, "010000000000000000"), R"("18446744073709551616")");
  EXPECT_EQ(of(Kind::varint, "ff7fffffffffffffff"), R"("-9223372036854775809")");
  EXPECT_EQ(of(Kind::varint, "8000"), "-32768");
}

// 10^30 is 0x0c9f2c9cd04674edea40000000.
TEST(CqlValues, LongVarintsKeepTheirZeros) {
  EXPECT_EQ(integer_text(value_bytes("0c9f2c9cd04674edea40000000")), "1" + std::string(30, '0'));
  EXPECT_EQ(integer_text(value_bytes("f360d3632fb98b1215c0000000")), "-1" + std::string(30, '0'));
  const std::string long_number(base::limits::cassandra_number_bytes, '\x7f');
  EXPECT_EQ(read_value(Type{Kind::varint}, long_number)->get_string().size(), 2'466u);
  EXPECT_FALSE(read_value(Type{Kind::varint}, long_number + '\x01'));
}

TEST(CqlValues, DecimalsAreNumbersWhileADoubleKeepsTheirDigits) {
  const auto decimal = [](std::string_view unscaled, std::int32_t scale) {
    return document::json_text(decimal_value(value_bytes(unscaled), scale));
  };
  EXPECT_EQ(of(Kind::decimal, "00000002 07cf"), "19.99");
  EXPECT_EQ(decimal("00", 3), "0");
  EXPECT_EQ(decimal("ff", 1), "-0.1");
  EXPECT_EQ(decimal("05", -3), "5000");
  EXPECT_EQ(decimal("64", 1), "10") << "10.0";
  EXPECT_EQ(decimal("038d7ea4c67fff", 0), "999999999999999") << "15 digits";
  EXPECT_EQ(decimal("2386f26fc0ffff", 0), R"("9999999999999999")") << "16 digits";
  EXPECT_EQ(decimal("2386f26fc0ffff", 10), R"("999999.9999999999")");
  EXPECT_EQ(decimal("01", 2'000), R"("1E-2000")");
  EXPECT_EQ(decimal("0f", -399), R"("1.5E+400")");
  EXPECT_EQ(decimal("2386f26fc0ffff", 16), R"("0.9999999999999999")");
  EXPECT_EQ(decimal("2386f26fc0ffff", 22), R"("9.999999999999999E-7")") << "below 1e-6";
  EXPECT_EQ(decimal("2386f26fc0ffff", 21), R"("0.000009999999999999999")");
  EXPECT_EQ(decimal("01", -2147483647 - 1), R"("1E+2147483648")");
}

TEST(CqlValues, Reals) {
  EXPECT_EQ(of(Kind::double_, "3fb999999999999a"), "0.1");
  EXPECT_EQ(of(Kind::float_, "3dcccccd"), "0.1") << "the shortest that is this float";
  EXPECT_EQ(of(Kind::double_, "7ff8000000000000"), R"("NaN")");
  EXPECT_EQ(of(Kind::float_, "ff800000"), R"("-Infinity")");
  EXPECT_EQ(of(Kind::double_, "7ff0000000000000"), R"("Infinity")");
}

TEST(CqlValues, TextsBlobsAndBooleans) {
  EXPECT_EQ(of(Kind::ascii, "41"), R"("A")");
  EXPECT_EQ(of(Kind::varchar, "c3bc"), R"("ü")");
  EXPECT_EQ(of(Kind::varchar, ""), R"("")");
  EXPECT_EQ(of(Kind::varchar, "c3"), "error: a text is not UTF-8");
  EXPECT_EQ(of(Kind::blob, "fbff"), R"("+/8=")") << "base64 with padding";
  EXPECT_EQ(of(Kind::blob, ""), R"("")");
  EXPECT_EQ(of(Kind::boolean, "00"), "false");
  EXPECT_EQ(of(Kind::boolean, "02"), "true");
}

TEST(CqlValues, TimesAndDates) {
  EXPECT_EQ(of(Kind::timestamp, "ffffffffffffffff"), R"({"$date":-1})");
  EXPECT_EQ(of(Kind::date, "80000000"), R"("1970-01-01")");
  EXPECT_EQ(of(Kind::date, "7fffffff"), R"("1969-12-31")");
  EXPECT_EQ(of(Kind::date, "80004d47"), R"("2024-03-01")") << "19,783 days";
  EXPECT_EQ(of(Kind::date, "80004d46"), R"("2024-02-29")");
  EXPECT_EQ(of(Kind::date, "00000000"), R"("-5877641-06-23")");
  EXPECT_EQ(of(Kind::date, "ffffffff"), R"("+5881580-07-11")");
  EXPECT_EQ(of(Kind::time, "0000000000000001"), R"("00:00:00.000000001")");
  EXPECT_EQ(of(Kind::time, "00004e94914effff"), R"("23:59:59.999999999")");
  EXPECT_EQ(of(Kind::time, "00004e94914f0000"), "error: 8 bytes are no value of type time") << "24 hours";
}

TEST(CqlValues, DurationsAreThreeNumbersOfVariableLength) {
  EXPECT_EQ(of(Kind::duration, "02 03 04"), R"({"months":1,"days":-2,"nanoseconds":2})");
  EXPECT_EQ(of(Kind::duration, "00 00 8100"), R"({"months":0,"days":0,"nanoseconds":128})") << "256, zigzag";
  EXPECT_EQ(of(Kind::duration, "00 00 ff fffffffffffffffe"),
            R"({"months":0,"days":0,"nanoseconds":9223372036854775807})");
  EXPECT_EQ(of(Kind::duration, "00 00"), "error: 2 bytes are no value of type duration");
}

TEST(CqlValues, UuidsAndAddresses) {
  EXPECT_EQ(of(Kind::uuid, "123e4567e89b12d3a456426614174000"), R"("123e4567-e89b-12d3-a456-426614174000")");
  EXPECT_EQ(of(Kind::timeuuid, "123e4567e89b12d3a4564266141740"), "error: 15 bytes are no value of type timeuuid");
  EXPECT_EQ(of(Kind::inet, "7f000001"), R"("127.0.0.1")");
  EXPECT_EQ(of(Kind::inet, "20010db8000000000000000000000001"), R"("2001:db8::1")");
  EXPECT_EQ(of(Kind::inet, "7f0000"), "error: 3 bytes are no value of type inet");
}

TEST(CqlValues, NullAndEmptyAreNull) {
  EXPECT_EQ(shown(Type{Kind::int_}, std::nullopt), "null");
  EXPECT_EQ(shown(Type{Kind::varchar}, std::nullopt), "null");
  EXPECT_EQ(of(Kind::int_, ""), "null");
  EXPECT_EQ(of(Kind::decimal, ""), "null");
}

TEST(CqlValues, CollectionsAndTuples) {
  const Type list{Kind::list, {Type{Kind::int_}}};
  EXPECT_EQ(shown(list, value_bytes("00000002 00000004 00000001 ffffffff")), "[1,null]");
  EXPECT_EQ(shown(list, value_bytes("00000000")), "[]");
  EXPECT_EQ(shown(list, value_bytes("00000002 00000004 00000001")), "error: 12 bytes are no value of type list<int>");
  EXPECT_EQ(shown(list, value_bytes("7fffffff")), "error: 4 bytes are no value of type list<int>");
  const Type map{Kind::map, {Type{Kind::int_}, list}};
  EXPECT_EQ(shown(map, value_bytes("00000001 00000004 00000007 00000004 00000000")), R"({"7":[]})");
  EXPECT_EQ(shown({Kind::map, {list, Type{Kind::tinyint}}}, value_bytes("00000001 00000004 00000000 00000001 05")),
            R"({"[]":5})");
  const Type tuple{Kind::tuple, {Type{Kind::tinyint}, Type{Kind::varchar}}};
  EXPECT_EQ(shown(tuple, value_bytes("00000001 05 ffffffff")), "[5,null]");
  EXPECT_EQ(shown(tuple, value_bytes("00000001 05")), "[5,null]") << "parts that are missing at the end";
  EXPECT_EQ(shown(tuple, value_bytes("00000001 05 ffffffff ffffffff")),
            "error: 13 bytes are no value of type tuple<tinyint, text>");
  const Type user{Kind::udt, {Type{Kind::tinyint}, Type{Kind::boolean}}, {"a", "b"}, 0, "pair"};
  EXPECT_EQ(shown(user, value_bytes("00000001 05")), R"({"a":5,"b":null})");
}

TEST(CqlTypes, AreReadWithTheirParts) {
  const auto read = [](std::string_view hex, std::size_t budget = 100) {
    const auto data = value_bytes(hex);
    WireReader reader(data);
    const auto type = read_type(reader, budget);
    return reader.ok() && reader.at_end() ? type_text(type) : "none";
  };
  EXPECT_EQ(read("0021 000d 0020 0009"), "map<text, list<int>>");
  EXPECT_EQ(read("0031 0002 0006 0022 0001"), "tuple<decimal, set<ascii>>");
  EXPECT_EQ(read("0030 0001 6b 0001 75 0001 0001 66 0009"), "u");
  EXPECT_EQ(read("000a"), "none") << "no type has this number";
  EXPECT_EQ(read("fff0"), "none") << "our own number of vectors";
  EXPECT_EQ(read("0021 000d", 100), "none");
  EXPECT_EQ(read("0031 0002 0006 0006", 2), "none") << "more types than the budget";
}

TEST(CqlTypes, NamesOfClassesStandForDurationsAndVectors) {
  const auto read = [](std::string_view name) {
    std::string data = value_bytes("0000");
    WireWriter(data).text(name);
    WireReader reader(data);
    std::size_t budget = 10;
    return read_type(reader, budget);
  };
  const std::string package = "org.apache.cassandra.db.marshal.";
  EXPECT_EQ(read(package + "DurationType"), Type{Kind::duration});
  const auto vector = read(package + "VectorType(" + package + "FloatType , 2)");
  EXPECT_EQ(type_text(vector), "vector<float, 2>");
  EXPECT_EQ(shown(vector, value_bytes("3f800000 bf000000")), "[1,-0.5]");
  EXPECT_EQ(shown(vector, value_bytes("3f800000")), "error: 4 bytes are no value of type vector<float, 2>");
  EXPECT_EQ(read(package + "VectorType(" + package + "UTF8Type, 2)").kind, Kind::custom);
  EXPECT_EQ(shown(read("com.example.Odd"), "ab"), R"("YWI=")");
}

TEST(CqlBound, ValuesTakeTheFormOfTheColumn) {
  const auto bound = [](Kind kind, const boost::json::value& value) { return bound_value(Type{kind}, value).value(); };
  EXPECT_EQ(bound(Kind::varchar, "ü"), "ü");
  EXPECT_EQ(bound(Kind::int_, -2), value_bytes("fffffffe"));
  EXPECT_EQ(bound(Kind::int_, 5.0), value_bytes("00000005"));
  EXPECT_EQ(bound(Kind::bigint, 5), value_bytes("0000000000000005"));
  EXPECT_EQ(bound(Kind::tinyint, -128), value_bytes("80"));
  EXPECT_EQ(bound(Kind::double_, 0.1), value_bytes("3fb999999999999a"));
  EXPECT_EQ(bound(Kind::float_, 0.1), value_bytes("3dcccccd"));
  EXPECT_EQ(bound(Kind::boolean, true), value_bytes("01"));
  EXPECT_EQ(bound(Kind::uuid, "123e4567-e89b-12d3-a456-426614174000"), value_bytes("123e4567e89b12d3a456426614174000"));
  EXPECT_EQ(bound(Kind::timestamp, boost::json::object{{"$date", 5}}), value_bytes("0000000000000005"));
}

TEST(CqlBound, WhatIsNoValueOfTheColumnIsInNoRow) {
  const auto bound = [](Kind kind, const boost::json::value& value) { return bound_value(Type{kind}, value).value(); };
  EXPECT_EQ(bound(Kind::int_, 2147483648), std::nullopt);
  EXPECT_EQ(bound(Kind::int_, 0.5), std::nullopt);
  EXPECT_EQ(bound(Kind::int_, "5"), std::nullopt);
  EXPECT_EQ(bound(Kind::varchar, 5), std::nullopt);
  EXPECT_EQ(bound(Kind::uuid, "not one"), std::nullopt);
  EXPECT_EQ(bound(Kind::varchar, nullptr), std::nullopt);
  EXPECT_EQ(bound_value(Type{Kind::list, {Type{Kind::int_}}}, 5).error().message,
            "nothing can be looked up by a column of type list<int>");
}

}  // namespace
}  // namespace proffer::adapters::cql

// Answers cut short, changed at random, or random altogether: an error or other values, never a crash. Run under the
// sanitizers.
#include <gtest/gtest.h>

#include <random>

#include "adapters/cassandra/frame.h"
#include "adapters/cassandra/results.h"
#include "adapters/cassandra/wire.h"

namespace proffer::adapters::cql {
namespace {

void write_type(WireWriter& out, Kind kind) { out.short_number(static_cast<std::uint16_t>(kind)); }

// A page of one row with a column of every kind.
std::string sample_page() {
  struct Sample {
    std::vector<Kind> type;
    std::string value;
  };
  const std::string list("\0\0\0\1\0\0\0\1\5", 9), map("\0\0\0\1\0\0\0\1\5\0\0\0\1a", 14);
  const std::vector<Sample> samples{{{Kind::ascii}, "a"},
                                    {{Kind::bigint}, std::string(8, '\1')},
                                    {{Kind::blob}, "blob"},
                                    {{Kind::decimal}, std::string("\0\0\0\2\7\xcf", 6)},
                                    {{Kind::double_}, std::string(8, '\1')},
                                    {{Kind::float_}, std::string(4, '\1')},
                                    {{Kind::timestamp}, std::string(8, '\1')},
                                    {{Kind::uuid}, std::string(16, '\1')},
                                    {{Kind::varchar}, "text"},
                                    {{Kind::varint}, std::string(20, '\x80')},
                                    {{Kind::inet}, std::string(4, '\1')},
                                    {{Kind::date}, std::string(4, '\1')},
                                    {{Kind::time}, std::string(8, '\0')},
                                    {{Kind::smallint}, std::string(2, '\1')},
                                    {{Kind::tinyint}, std::string(1, '\1')},
                                    {{Kind::duration}, std::string("\2\3\x81\1", 4)},
                                    {{Kind::list, Kind::tinyint}, list},
                                    {{Kind::set, Kind::tinyint}, list},
                                    {{Kind::map, Kind::tinyint, Kind::ascii}, map}};
  std::string body;
  WireWriter out(body);
  out.int32(2);
  out.int32(3);
  out.int32(static_cast<std::int32_t>(samples.size()));
  out.bytes("state");
  out.text("keyspace");
  out.text("table");
  for (std::size_t i = 0; i < samples.size(); ++i) {
    out.text("c" + std::to_string(i));
    for (const auto kind : samples[i].type) write_type(out, kind);
  }
  out.int32(1);
  for (const auto& sample : samples) out.bytes(sample.value);
  return body;
}

// Rows that were read; an error ends it.
std::size_t read_all(std::string body) {
  auto page = Page::read(std::move(body));
  if (!page) return 0;
  std::size_t rows = 0;
  for (auto row = page->next(); row && *row; row = page->next()) ++rows;
  return rows;
}

TEST(CqlGarbage, TheSampleIsReadAsAWhole) { EXPECT_EQ(read_all(sample_page()), 1u); }

TEST(CqlGarbage, NoBeginningOfAPageIsAPage) {
  const auto whole = sample_page();
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(read_all(whole.substr(0, size)), 0u) << size;
}

TEST(CqlGarbage, ChangedPagesAreReadOrRefused) {
  std::mt19937 random(20'260'101);
  const auto whole = sample_page();
  std::size_t refused = 0;
  for (int round = 0; round < 50'000; ++round) {
    auto changed = whole;
    for (auto left = 1 + random() % 3; left > 0; --left)
      changed[random() % changed.size()] = static_cast<char>(random());
    refused += read_all(std::move(changed)) == 0 ? 1 : 0;
  }
  EXPECT_GT(refused, 5'000u);
  EXPECT_LT(refused, 50'000u);
}

TEST(CqlGarbage, RandomBytesAreRefused) {
  std::mt19937 random(20'260'102);
  for (int round = 0; round < 50'000; ++round) {
    std::string noise(random() % 200, '\0');
    for (char& c : noise) c = static_cast<char>(random() % 4 == 0 ? random() : random() % 8);
    read_all(noise);
    if (auto as_rows = noise; as_rows.size() >= 4) {
      as_rows.replace(0, 4, std::string("\0\0\0\2", 4));
      read_all(std::move(as_rows));
    }
    (void)read_prepared(noise);
    (void)read_header(noise);
    (void)read_body(static_cast<std::uint8_t>(random()), noise);
    (void)told(read_error(noise));
  }
}

TEST(CqlGarbage, TypesWithinTypesEndSomewhere) {
  std::string body;
  WireWriter out(body);
  out.int32(2);
  out.int32(1);
  out.int32(1);
  out.text("k");
  out.text("t");
  out.text("deep");
  for (int depth = 0; depth < 100'000; ++depth) write_type(out, Kind::list);
  EXPECT_EQ(read_all(std::move(body)), 0u);
}

}  // namespace
}  // namespace proffer::adapters::cql

#include "gbdt/model_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "base/bytes.h"
#include "gbdt/city_hash.h"

namespace proffer::gbdt {
namespace {

using base::ByteReader, base::ByteWriter;

constexpr std::string_view magic = "PFgbdt";
constexpr std::uint8_t version = 1;
constexpr std::size_t head_bytes = magic.size() + 1 + 8;  // and the checksum of the rest
constexpr std::size_t deepest_tree = 16;

// ---- Writing --------------------------------------------------------------------------------------------------------

template <class T, class F>
void write_list(ByteWriter& w, const std::vector<T>& list, F write) {
  w.varint(list.size());
  for (const auto& element : list) write(element);
}

void write_float(ByteWriter& w, float value) { w.varint(std::bit_cast<std::uint32_t>(value)); }

void write_floats(ByteWriter& w, const std::vector<float>& list) {
  write_list(w, list, [&](float value) { write_float(w, value); });
}
void write_doubles(ByteWriter& w, const std::vector<double>& list) {
  write_list(w, list, [&](double value) { w.real(value); });
}
void write_integers(ByteWriter& w, const std::vector<std::int32_t>& list) {
  write_list(w, list, [&](std::int32_t value) { w.signed_varint(value); });
}

void write(ByteWriter& w, const NumericFeature& f) {
  w.text(f.name);
  w.varint(f.column);
  w.byte(static_cast<std::uint8_t>(f.missing));
  w.byte(f.saw_missing);
  write_floats(w, f.borders);
}

void write(ByteWriter& w, const Projection& p) {
  write_list(w, p.categories, [&](std::uint32_t c) { w.varint(c); });
  write_list(w, p.numbers, [&](const NumberAbove& n) {
    w.varint(n.number);
    write_float(w, n.border);
  });
  write_list(w, p.values, [&](const CategoryIs& c) {
    w.varint(c.category);
    w.signed_varint(c.value);
  });
}

// Hashes in their order, so that equal tables give equal bytes.
void write(ByteWriter& w, const StatisticTable& t) {
  write(w, t.projection);
  w.byte(static_cast<std::uint8_t>(t.kind));
  w.varint(t.classes);
  w.signed_varint(t.denominator);
  const std::map<std::uint64_t, std::uint32_t> rows(t.row_of.begin(), t.row_of.end());
  w.varint(rows.size());
  for (const auto& [hash, row] : rows) {
    w.fixed64(hash);
    w.varint(row);
  }
  write_integers(w, t.counts);
  write_floats(w, t.sums);
  write_integers(w, t.sum_counts);
}

void write(ByteWriter& w, const StatisticFeature& f) {
  w.varint(f.table);
  w.varint(f.target_border);
  for (const float value : {f.prior, f.prior_weight, f.shift, f.scale}) write_float(w, value);
  write_floats(w, f.borders);
}

void write(ByteWriter& w, const Tree& t) {
  write_list(w, t.splits, [&](const Split& s) {
    w.byte(static_cast<std::uint8_t>(s.kind));
    w.varint(s.feature);
    w.varint(s.threshold);
  });
  write_doubles(w, t.leaf_values);
  write_doubles(w, t.leaf_weights);
}

void write(ByteWriter& w, const Model& m) {
  write_list(w, m.numbers, [&](const auto& f) { write(w, f); });
  write_list(w, m.categories, [&](const auto& f) {
    w.text(f.name);
    w.varint(f.column);
  });
  write_list(w, m.one_hots, [&](const auto& f) {
    w.varint(f.category);
    write_integers(w, f.values);
  });
  write_list(w, m.tables, [&](const auto& t) { write(w, t); });
  write_list(w, m.statistics, [&](const auto& f) { write(w, f); });
  write_list(w, m.trees, [&](const auto& t) { write(w, t); });
  w.real(m.scale);
  w.real(m.bias);
  write_list(w, m.notes, [&](const auto& note) {
    w.text(note.first);
    w.text(note.second);
  });
}

// ---- Reading --------------------------------------------------------------------------------------------------------

// Every element takes a byte at least, so a length beyond what is left soon ends in a read that fails.
template <class T, class F>
std::vector<T> read_list(ByteReader& r, F read) {
  std::vector<T> out;
  for (std::uint64_t n = r.varint(); n > 0 && r.ok(); --n) out.push_back(read());
  return out;
}

std::uint32_t read_u32(ByteReader& r) { return static_cast<std::uint32_t>(r.varint()); }
float read_float(ByteReader& r) { return std::bit_cast<float>(read_u32(r)); }
std::int32_t read_i32(ByteReader& r) { return static_cast<std::int32_t>(r.signed_varint()); }

std::vector<float> read_floats(ByteReader& r) {
  return read_list<float>(r, [&] { return read_float(r); });
}
std::vector<double> read_doubles(ByteReader& r) {
  return read_list<double>(r, [&] { return r.real(); });
}
std::vector<std::int32_t> read_integers(ByteReader& r) {
  return read_list<std::int32_t>(r, [&] { return read_i32(r); });
}

NumericFeature read_number(ByteReader& r) {
  NumericFeature f;
  f.name = r.text();
  f.column = read_u32(r);
  f.missing = static_cast<MissingNumber>(r.byte() % 3);
  f.saw_missing = r.byte() != 0;
  f.borders = read_floats(r);
  return f;
}

Projection read_projection(ByteReader& r) {
  Projection p;
  p.categories = read_list<std::uint32_t>(r, [&] { return read_u32(r); });
  p.numbers = read_list<NumberAbove>(r, [&] {
    const auto number = read_u32(r);
    return NumberAbove{number, read_float(r)};
  });
  p.values = read_list<CategoryIs>(r, [&] {
    const auto category = read_u32(r);
    return CategoryIs{category, read_i32(r)};
  });
  return p;
}

StatisticTable read_table(ByteReader& r) {
  StatisticTable t;
  t.projection = read_projection(r);
  t.kind = static_cast<StatisticKind>(r.byte() % 6);
  t.classes = read_u32(r);
  t.denominator = r.signed_varint();
  for (std::uint64_t n = r.varint(); n > 0 && r.ok(); --n) {
    const auto hash = r.fixed64();
    t.row_of.emplace(hash, read_u32(r));
  }
  t.counts = read_integers(r);
  t.sums = read_floats(r);
  t.sum_counts = read_integers(r);
  return t;
}

StatisticFeature read_statistic(ByteReader& r) {
  StatisticFeature f;
  f.table = read_u32(r);
  f.target_border = read_u32(r);
  for (float* const value : {&f.prior, &f.prior_weight, &f.shift, &f.scale}) *value = read_float(r);
  f.borders = read_floats(r);
  return f;
}

Tree read_tree(ByteReader& r) {
  Tree t;
  t.splits = read_list<Split>(r, [&] {
    Split s;
    s.kind = static_cast<Split::Kind>(r.byte() % 3);
    s.feature = read_u32(r);
    s.threshold = read_u32(r);
    return s;
  });
  t.leaf_values = read_doubles(r);
  t.leaf_weights = read_doubles(r);
  return t;
}

Model read_model(ByteReader& r) {
  Model m;
  m.numbers = read_list<NumericFeature>(r, [&] { return read_number(r); });
  m.categories = read_list<CategoricalFeature>(r, [&] {
    CategoricalFeature f;
    f.name = r.text();
    f.column = read_u32(r);
    return f;
  });
  m.one_hots = read_list<OneHotFeature>(r, [&] {
    const auto category = read_u32(r);
    return OneHotFeature{category, read_integers(r)};
  });
  m.tables = read_list<StatisticTable>(r, [&] { return read_table(r); });
  m.statistics = read_list<StatisticFeature>(r, [&] { return read_statistic(r); });
  m.trees = read_list<Tree>(r, [&] { return read_tree(r); });
  m.scale = r.real();
  m.bias = r.real();
  m.notes = read_list<std::pair<std::string, std::string>>(r, [&] {
    std::string name(r.text());
    return std::pair(std::move(name), std::string(r.text()));
  });
  return m;
}

// ---- Whether the parts fit together ---------------------------------------------------------------------------------

bool fits(const Model& m, const Projection& p) {
  return std::ranges::all_of(p.categories, [&](std::uint32_t c) { return c < m.categories.size(); }) &&
         std::ranges::all_of(p.numbers, [&](const NumberAbove& n) { return n.number < m.numbers.size(); }) &&
         std::ranges::all_of(p.values, [&](const CategoryIs& c) { return c.category < m.categories.size(); });
}

bool fits(const Model& m, const StatisticTable& t) {
  if (!fits(m, t.projection)) return false;
  const bool is_mean = t.kind == StatisticKind::target_mean || t.kind == StatisticKind::float_target_mean;
  const bool has_classes = t.kind == StatisticKind::borders || t.kind == StatisticKind::buckets;
  const std::size_t columns = has_classes ? t.classes : 1;
  const std::size_t rows =
      is_mean ? std::min(t.sums.size(), t.sum_counts.size()) : t.counts.size() / std::max<std::size_t>(columns, 1);
  return columns > 0 && std::ranges::all_of(t.row_of, [&](const auto& entry) { return entry.second < rows; });
}

std::size_t thresholds_of(const Model& m, const Split& s) {
  switch (s.kind) {
    case Split::Kind::number:
      return s.feature < m.numbers.size() ? m.numbers[s.feature].borders.size() : 0;
    case Split::Kind::one_hot:
      return s.feature < m.one_hots.size() ? m.one_hots[s.feature].values.size() : 0;
    case Split::Kind::statistic:
      return s.feature < m.statistics.size() ? m.statistics[s.feature].borders.size() : 0;
  }
  return 0;
}

bool fits(const Model& m, const Tree& t) {
  return t.splits.size() <= deepest_tree && t.leaf_values.size() == std::size_t{1} << t.splits.size() &&
         (t.leaf_weights.empty() || t.leaf_weights.size() == t.leaf_values.size()) &&
         std::ranges::all_of(t.splits, [&](const Split& s) { return s.threshold < thresholds_of(m, s); });
}

bool rise(const std::vector<float>& borders) {
  return std::ranges::adjacent_find(borders, [](float a, float b) { return !(a < b); }) == borders.end();
}

bool fits(const Model& m) {
  return std::ranges::all_of(m.numbers, [](const auto& f) { return rise(f.borders); }) &&
         std::ranges::all_of(m.statistics, [](const auto& f) { return rise(f.borders); }) &&
         std::ranges::all_of(m.one_hots, [&](const auto& f) { return f.category < m.categories.size(); }) &&
         std::ranges::all_of(m.tables, [&](const auto& t) { return fits(m, t); }) &&
         std::ranges::all_of(m.statistics, [&](const auto& f) { return f.table < m.tables.size(); }) &&
         std::ranges::all_of(m.trees, [&](const auto& t) { return fits(m, t); });
}

tl::unexpected<base::Error> refuse(std::string why) {
  return base::fail(base::ErrorKind::malformed, "this model cannot be read: " + std::move(why));
}

}  // namespace

std::string encode_model(const Model& model) {
  std::string body;
  ByteWriter body_writer(body);
  write(body_writer, model);
  std::string out(magic);
  ByteWriter w(out);
  w.byte(version);
  w.fixed64(city_hash_64(body));
  return out + body;
}

base::Result<Model> decode_model(std::string_view bytes) {
  if (!bytes.starts_with(magic) || bytes.size() < head_bytes) return refuse("it is none of Proffer's");
  ByteReader head(bytes.substr(magic.size()));
  if (const auto came = head.byte(); came != version)
    return refuse(fmt::format("its version is {}, made by a newer Proffer; this one reads {}", came, version));
  const auto checksum = head.fixed64();
  const auto body = bytes.substr(head_bytes);
  if (city_hash_64(body) != checksum) return refuse("it is damaged or cut short");
  ByteReader r(body);
  auto model = read_model(r);
  if (!r.ok() || !r.at_end() || !fits(model)) return refuse("its parts do not fit together");
  return model;
}

}  // namespace proffer::gbdt

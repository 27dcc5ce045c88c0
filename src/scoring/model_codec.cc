// A model of scoring as bytes: docs/formats/models.md.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/bytes.h"
#include "gbdt/city_hash.h"
#include "gbdt/model_codec.h"
#include "scoring/scorer.h"

namespace proffer::scoring {
namespace {

using base::ByteReader, base::ByteWriter;
using calibration::Calibrator, calibration::Method;

constexpr std::string_view magic = "PFscor";
constexpr std::uint8_t version = 1;
constexpr std::size_t head_bytes = magic.size() + 1 + 8;  // and the checksum of the rest

void write(ByteWriter& w, const Calibrator& calibrator) {
  w.byte(static_cast<std::uint8_t>(calibrator.method));
  for (const double value : {calibrator.a, calibrator.b, calibrator.c}) w.real(value);
  w.varint(calibrator.knots.size());
  for (const double value : calibrator.knots) w.real(value);
  for (const double value : calibrator.values) w.real(value);
}

Schema read_schema(ByteReader& r) {
  Schema out;
  for (auto left = r.varint(); left > 0 && r.ok(); --left) {
    const auto kind = static_cast<Kind>(r.byte());
    out.push_back({std::string(r.text()), kind});
  }
  return out;
}

Calibrator read_calibrator(ByteReader& r) {
  Calibrator out;
  out.method = static_cast<Method>(r.byte());
  for (double* value : {&out.a, &out.b, &out.c}) *value = r.real();
  const auto knots = r.varint();
  for (std::uint64_t i = 0; i < knots && r.ok(); ++i) out.knots.push_back(r.real());
  for (std::uint64_t i = 0; i < knots && r.ok(); ++i) out.values.push_back(r.real());
  return out;
}

bool fits(const Schema& schema) {
  const bool named = std::adjacent_find(schema.begin(), schema.end(),
                                        [](const auto& a, const auto& b) { return a.name >= b.name; }) == schema.end();
  return named && std::all_of(schema.begin(), schema.end(), [](const auto& f) { return f.kind <= Kind::boolean; });
}

bool fits(const Calibrator& c) {
  const auto is_probability = [](double value) { return value > 0 && value < 1; };
  if (c.method > Method::beta || !std::isfinite(c.a + c.b + c.c)) return false;
  if (c.method == Method::isotonic && c.knots.empty()) return false;
  return std::is_sorted(c.knots.begin(), c.knots.end()) && std::is_sorted(c.values.begin(), c.values.end()) &&
         std::all_of(c.values.begin(), c.values.end(), is_probability);
}

// Whether each feature of the trees is one of the schema, of its kind.
bool fits(const gbdt::Model& trees, const Schema& schema) {
  const auto is = [&](std::uint32_t column, bool category) {
    return column < schema.size() && (schema[column].kind == Kind::category) == category;
  };
  return std::all_of(trees.numbers.begin(), trees.numbers.end(), [&](const auto& f) { return is(f.column, false); }) &&
         std::all_of(trees.categories.begin(), trees.categories.end(),
                     [&](const auto& f) { return is(f.column, true); });
}

auto refuse(std::string_view why) {
  return base::fail(base::ErrorKind::malformed, fmt::format("not a model of scoring: {}", why));
}

}  // namespace

std::string encode(const ScoringModel& model) {
  std::string body;
  ByteWriter w(body);
  w.varint(model.schema.size());
  for (const auto& feature : model.schema) {
    w.byte(static_cast<std::uint8_t>(feature.kind));
    w.text(feature.name);
  }
  write(w, model.calibrator);
  w.text(gbdt::encode_model(model.trees));
  std::string out(magic);
  ByteWriter head(out);
  head.byte(version);
  head.fixed64(gbdt::city_hash_64(body));
  return out + body;
}

base::Result<ScoringModel> decode(std::string_view bytes) {
  if (!bytes.starts_with(magic) || bytes.size() < head_bytes) return refuse("it is none of Proffer's");
  ByteReader head(bytes.substr(magic.size()));
  if (const auto came = head.byte(); came != version)
    return refuse(fmt::format("its version is {}; this Proffer reads {}", came, version));
  const auto checksum = head.fixed64();
  const auto body = bytes.substr(head_bytes);
  if (gbdt::city_hash_64(body) != checksum) return refuse("it is damaged or cut short");
  ByteReader r(body);
  ScoringModel out;
  out.schema = read_schema(r);
  out.calibrator = read_calibrator(r);
  const auto trees = r.text();
  if (!r.ok() || !r.at_end() || !fits(out.schema) || !fits(out.calibrator)) return refuse("its parts do not fit");
  TRY(out.trees, gbdt::decode_model(trees));
  if (!fits(out.trees, out.schema)) return refuse("its trees do not fit its features");
  return out;
}

}  // namespace proffer::scoring

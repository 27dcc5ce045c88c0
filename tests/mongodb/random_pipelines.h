// Documents and pipelines at random, from a seed: nulls, missing members, mixed types, nested arrays.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/random.h"
#include "document/value_order.h"

namespace proffer::tests {

class RandomPipelines {
 public:
  explicit RandomPipelines(std::uint64_t seed) : random_(seed, 0) {}

  std::vector<boost::json::object> documents(std::size_t count) {
    std::vector<boost::json::object> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(document(static_cast<std::int64_t>(i)));
    return out;
  }

  // Stages one of which is of `kind`.
  boost::json::array pipeline(const std::string& kind) {
    if (kind == "$match") return {match()};
    if (kind == "$expr")
      return {stage("$match", {{"$expr", {{pick({"$and", "$or"}), boost::json::array{ordered(), ordered()}}}}})};
    if (kind == "$project") return {stage("$project", projection())};
    if (kind == "$set") return {stage("$addFields", {{pick({"n", "z", "s"}), expression(2)}})};
    if (kind == "$unset") return {stage("$unset", pick({"a", "o.x", "b", "o"}))};
    if (kind == "$sort") return {stage("$sort", {{scalar_path(), sign()}, {scalar_path(), sign()}, {"_id", sign()}})};
    if (kind == "$group") return {stage("$group", group())};
    if (kind == "$unwind") return {unwind()};
    if (kind == "$count") return {match(), stage("$count", "n")};
    return {match(),
            stage("$sort", {{"c", 1}, {"_id", 1}}),
            stage("$skip", integer(0, 5)),
            stage("$limit", integer(1, 9)),
            stage("$addFields", {{"z", expression(1)}}),
            stage("$group", group())};
  }

  bool chance(int percent) { return random_.below(100) < static_cast<std::uint64_t>(percent); }

 private:
  using Value = boost::json::value;

  static boost::json::object stage(std::string_view name, Value operand) { return {{name, std::move(operand)}}; }

  std::int64_t integer(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most - least + 1)));
  }
  const char* pick(std::vector<const char*> of) { return of[random_.below(of.size())]; }
  std::int64_t sign() { return chance(50) ? 1 : -1; }

  boost::json::object document(std::int64_t id) {
    boost::json::object out{{"_id", id}};
    for (const char* name : {"a", "b", "o", "l"}) {
      if (chance(85)) out[name] = name == std::string("l") ? list(2) : name == std::string("o") ? object(2) : value(2);
    }
    if (chance(80)) out["n"] = chance(10) ? Value() : Value(integer(-5, 9));
    if (chance(80)) out["m"] = chance(10) ? Value() : Value(static_cast<double>(integer(-9, 9)) / 2);
    if (chance(80)) out["s"] = chance(10) ? Value() : Value(pick({"", "a", "aBa", "Z a"}));
    if (chance(80))
      out["d"] = chance(10) ? Value() : document::date_value(integer(-1'000'000'000'000, 2'000'000'000'000));
    if (chance(80)) out["k"] = list(1);
    if (chance(80)) out["c"] = scalar();
    return out;
  }

  Value scalar() {
    switch (random_.below(9)) {
      case 0:
        return nullptr;
      case 1:
        return chance(50);
      case 2:
        return static_cast<double>(integer(-4, 8)) / 2;
      case 3:
        return document::date_value(integer(-1, 2) * 86'400'000 * 400 + integer(0, 90'000'000));
      case 4:
      case 5:
        return pick({"", "a", "ab", "B", "1", "x y"});
      default:
        return integer(-2, 4);
    }
  }
  Value value(int depth) {
    if (depth == 0 || chance(70)) return scalar();
    return chance(50) ? list(depth) : object(depth);
  }
  Value list(int depth) {
    boost::json::array out;
    for (std::int64_t i = integer(0, 3); i > 0; --i)
      out.push_back(depth == 1 || chance(60) ? scalar() : object(depth - 1));
    return out;
  }
  Value object(int depth) {
    boost::json::object out;
    for (const char* name : {"x", "y"}) {
      if (chance(75)) out[name] = value(depth - 1);
    }
    return out;
  }

  const char* scalar_path() { return pick({"n", "m", "s", "d", "c", "none"}); }
  Value reference() { return pick({"$a", "$b", "$o.x", "$l", "$o", "$o.y", "$none"}); }

  Value scalar_reference() { return std::string("$").append(scalar_path()).c_str(); }

  // ---- Queries

  boost::json::object match() { return stage("$match", query(1)); }

  Value query(int depth) {
    if (depth > 0 && chance(25)) {
      boost::json::array parts{query(depth - 1), query(depth - 1)};
      return boost::json::object{{pick({"$and", "$or", "$nor"}), parts}};
    }
    boost::json::object out;
    for (std::int64_t i = integer(1, 2); i > 0; --i) add_condition(out);
    return out;
  }

  // Beside what is told in Departures: conditions through arrays are positive, and of no null.
  void add_condition(boost::json::object& query) {
    if (chance(10)) {
      query[pick({"n", "c"})] = boost::json::object{{"$gte", integer(-3, 3)}, {"$lt", integer(0, 6)}};
    } else if (chance(80)) {
      query[pick({"a", "b", "o", "o.x", "o.y", "l", "n", "s", "none"})] = condition(1);
    } else {
      if (chance(30)) {
        query["s"] = boost::json::object{{"$regex", pick({"a", "^a", "B$", "^$", "Z.a"})}};
        return;
      }
      query[pick({"l.x", "a.x", "l.0"})] =
          boost::json::object{{pick({"$eq", "$gt", "$gte", "$lt", "$lte"}), not_null()}};
    }
  }

  Value not_null() {
    Value one = scalar();
    while (one.is_null()) one = scalar();
    return one;
  }

  Value condition(int depth) {
    switch (random_.below(14)) {
      case 0:
        return value(1);
      case 1:
        return boost::json::object{{"$in", boost::json::array{scalar(), scalar(), value(1)}}};
      case 2:
        return boost::json::object{{"$nin", boost::json::array{scalar(), scalar()}}};
      case 3:
        return boost::json::object{{"$exists", chance(50)}};
      case 4:
        return boost::json::object{{"$type", pick({"string", "array", "object", "bool", "date", "null", "number"})}};
      case 5:
        return boost::json::object{{"$size", integer(0, 3)}};
      case 6:
        return boost::json::object{{"$all", boost::json::array{not_null(), not_null()}}};
      case 7:
        return boost::json::object{{"$exists", true}};
      case 8:
        return boost::json::object{{"$mod", boost::json::array{integer(1, 3), integer(0, 1)}}};
      case 9:
        if (depth > 0) return boost::json::object{{"$not", comparison()}};
        return comparison();
      case 10:
        return boost::json::object{{"$elemMatch", chance(50)
                                                      ? Value(comparison())
                                                      : Value(boost::json::object{{"x", {{"$gt", not_null()}}}})}};
      default:
        return comparison();
    }
  }

  boost::json::object comparison() {
    if (chance(30)) return {{pick({"$eq", "$ne", "$gt", "$lt"}), chance(80) ? scalar() : value(1)}};
    boost::json::object out{{pick({"$eq", "$ne", "$gt", "$lt", "$gte", "$lte"}), not_null()}};
    return out;
  }

  // ---- Expressions

  Value leaf() {
    if (chance(70)) return reference();
    return literal(scalar());
  }

  boost::json::array many(int depth, std::int64_t count) {
    boost::json::array out;
    for (; count > 0; --count) out.push_back(expression(depth));
    return out;
  }

  // Of values that are neither missing nor arrays.
  Value ordered() {
    boost::json::array both;
    for (int i = 0; i < 2; ++i) {
      both.push_back(boost::json::object{{"$ifNull", boost::json::array{scalar_reference(), literal(not_null())}}});
    }
    return boost::json::object{{pick({"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"}), both}};
  }

  static Value literal(const Value& one) {
    return one.is_string() ? Value(boost::json::object{{"$literal", one}}) : one;
  }

  Value expression(int depth) {
    if (depth == 0 || chance(20)) return leaf();
    switch (random_.below(10)) {
      case 0:
        return ordered();
      case 1:
        return boost::json::object{{pick({"$and", "$or"}), many(depth - 1, integer(1, 3))}};
      case 2:
        return boost::json::object{{"$not", many(depth - 1, 1)}};
      case 3:
        return boost::json::object{{"$cond", many(depth - 1, 3)}};
      case 4:
        return boost::json::object{{"$ifNull", many(depth - 1, 2)}};
      case 5:
        return numeric();
      case 6:
        return text();
      case 7:
        return array();
      case 8:
        return date();
      default:
        return leaf();
    }
  }

  Value number() { return chance(80) ? Value(pick({"$n", "$m", "$none"})) : Value(integer(-3, 5)); }
  Value numeric() {
    switch (random_.below(5)) {
      case 0:
        return boost::json::object{{pick({"$add", "$multiply"}), boost::json::array{number(), number()}}};
      case 1:
        return boost::json::object{{"$subtract", boost::json::array{number(), number()}}};
      case 2:
        return boost::json::object{{pick({"$divide", "$mod"}), boost::json::array{number(), integer(1, 3)}}};
      case 3:
        return boost::json::object{{pick({"$abs", "$ceil", "$floor", "$trunc"}), number()}};
      default:
        return boost::json::object{{pick({"$sum", "$avg", "$min", "$max"}), pick({"$k", "$n", "$none"})}};
    }
  }
  Value string() { return pick({"$s", "$s", "Zz", "$none"}); }
  Value text() {
    switch (random_.below(5)) {
      case 0:
        return boost::json::object{{"$concat", boost::json::array{string(), string()}}};
      case 1:
        return boost::json::object{{pick({"$toLower", "$toUpper"}), {{"$ifNull", boost::json::array{string(), "Qq"}}}}};
      case 2:
        return boost::json::object{{"$substrCP", boost::json::array{string(), integer(0, 2), integer(0, 2)}}};
      case 3:
        return boost::json::object{
            {"$strLenCP", {{"$concat", boost::json::array{"a", {{"$ifNull", boost::json::array{string(), ""}}}}}}}};
      default:
        return boost::json::object{{"$split", boost::json::array{string(), "a"}}};
    }
  }
  Value array_of() { return boost::json::object{{"$ifNull", boost::json::array{"$k", boost::json::array{1, 2}}}}; }
  Value array() {
    switch (random_.below(7)) {
      case 0:
        return boost::json::object{{"$size", array_of()}};
      case 1:
        return boost::json::object{{"$arrayElemAt", boost::json::array{array_of(), integer(-3, 3)}}};
      case 2:
        return boost::json::object{{"$in", boost::json::array{string(), boost::json::array{"a", "aBa", "Zz"}}}};
      case 3:
        return boost::json::object{{"$concatArrays", boost::json::array{array_of(), array_of()}}};
      case 4:
        return boost::json::object{{"$filter",
                                    {{"input", array_of()},
                                     {"as", "e"},
                                     {"cond", {{"$gt", boost::json::array{"$$e", literal(not_null())}}}}}}};
      case 5:
        return boost::json::object{{"$map",
                                    {{"input", array_of()},
                                     {"as", "e"},
                                     {"in", {{"$ifNull", boost::json::array{"$$e", literal(not_null())}}}}}}};
      default:
        return boost::json::object{{"$slice", boost::json::array{array_of(), integer(1, 3)}}};
    }
  }
  Value date() {
    return boost::json::object{{pick({"$year", "$month", "$dayOfMonth", "$hour", "$minute", "$second", "$dayOfYear"}),
                                chance(90) ? Value("$d") : Value("$none")}};
  }

  // ---- Stages

  boost::json::object projection() {
    boost::json::object out;
    const bool keeps = chance(60);
    if (chance(30)) out["_id"] = 0;
    for (const char* name : {"a", "o.x", "s", "b"}) {
      if (chance(40) && !(keeps && name == std::string("o.x"))) out[name] = keeps ? 1 : 0;
    }
    if (out.empty() || keeps) out["z"] = keeps ? expression(2) : Value(0);
    return out;
  }

  // No arrays as keys, and no null in sets.
  boost::json::object group() {
    const Value key = chance(60)   ? scalar_reference()
                      : chance(50) ? ordered()
                                   : Value(boost::json::object{{"p", scalar_reference()}, {"q", scalar_reference()}});
    const Value kept = chance(50) ? boost::json::object{{pick({"$first", "$last"}), reference()}}
                                  : boost::json::object{{pick({"$sum", "$avg", "$min", "$max"}), scalar_reference()}};
    const Value in_set = boost::json::object{{"$ifNull", boost::json::array{pick({"$s", "$d", "$n"}), "-"}}};
    return {{"_id", key}, {"n", {{"$sum", 1}}}, {"v", kept}, {"set", {{"$addToSet", in_set}}}};
  }

  boost::json::object unwind() {
    const Value path = pick({"$a", "$b", "$l", "$o.x", "$none", "$a.x"});
    if (chance(40)) return stage("$unwind", path);
    boost::json::object out{{"path", path}};
    if (chance(60)) out["includeArrayIndex"] = "i";
    if (chance(60)) out["preserveNullAndEmptyArrays"] = chance(70);
    return stage("$unwind", out);
  }

  base::RandomStream random_;
};

}  // namespace proffer::tests

// Parsing and type checking of rules. A keyword may be written in any case.
//
//   condition  = conjunction { "or" conjunction }
//   conjunction = negation { "and" negation }
//   negation   = "not" negation | "exists" field | comparison
//   comparison = sum [ ( "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "contains" ) sum
//                    | [ "not" ] "in" ( set | field ) ]
//   sum        = product { ( "+" | "-" ) product }
//   product    = factor { ( "*" | "/" ) factor }
//   factor     = "-" factor | "(" condition ")" | field | value
//   value      = number | number unit | text | date | "true" | "false" | "now" | "today"
//   unit       = ( "second" | "minute" | "hour" | "day" | "week" | "month" | "year" ) [ "s" ]
//   set        = "[" value { "," value } "]"
//   field      = ( "offer" | "customer" | "params" ) "." name { "." name } | "context" "." ( "one" | "two" )
//   name       = word | text
//
// A condition within a comparison and a value where a condition is wanted are refused by their kinds.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/ascii.h"
#include "base/limits.h"
#include "document/rule.h"
#include "document/rule_kinds.h"
#include "document/rule_lexer.h"
#include "document/rule_program.h"
#include "document/text.h"

namespace proffer::document {
namespace {

namespace limits = base::limits;

// A part that was parsed: its node, and where it begins in the text.
struct Part {
  std::uint16_t node = 0;
  std::size_t begin = 0;
};

struct Operator {
  std::string_view sign;
  RuleOp op;
};

constexpr std::array<Operator, 7> comparisons{{{"=", RuleOp::equal},
                                               {"==", RuleOp::equal},
                                               {"!=", RuleOp::not_equal},
                                               {"<", RuleOp::less},
                                               {"<=", RuleOp::less_or_equal},
                                               {">", RuleOp::greater},
                                               {">=", RuleOp::greater_or_equal}}};
constexpr std::array<Operator, 2> sums{{{"+", RuleOp::add}, {"-", RuleOp::subtract}}};
constexpr std::array<Operator, 2> products{{{"*", RuleOp::multiply}, {"/", RuleOp::divide}}};
constexpr std::array<std::string_view, 9> reserved{"and",    "or",   "not",   "in", "contains",
                                                   "exists", "true", "false", "now"};

constexpr std::size_t found_bytes = 40;  // of what is quoted in a message
class RuleParser {
 public:
  RuleParser(std::string_view text, const base::TimeZone& zone, std::string_view location)
      : text_(text), zone_(zone), location_(location), lexer_(text) {}

  base::Result<std::shared_ptr<const RuleProgram>> parse() {
    TRY(const Part whole, condition(0));
    if (lexer_.next().token != RuleToken::end) return expected("and, or, or the end");
    TRY(const Part root, as_condition(whole));
    program_.root = root.node;
    return std::make_shared<const RuleProgram>(std::move(program_));
  }

 private:
  // ---- Saying what is wrong ----

  tl::unexpected<base::Error> refuse(std::string_view why, std::size_t offset) const {
    return base::fail_field(std::string(location_), fmt::format("{} at {}", why, line_and_column(text_, offset)));
  }

  tl::unexpected<base::Error> expected(std::string_view what) const {
    return refuse(fmt::format("expected {}, found {}", what, found()), lexer_.offset());
  }

  std::string found() const {
    const RuleLexeme& next = lexer_.next();
    if (next.token == RuleToken::end) return "the end";
    if (next.token == RuleToken::unknown && next.source.size() > 1) return "text whose quote is not closed";
    const std::string_view shown = cut_utf8(next.source, found_bytes);
    if (next.token == RuleToken::text) return std::string(shown);
    if (next.token == RuleToken::word) return fmt::format("{0} (text stands in quotes: \"{0}\")", shown);
    return fmt::format("'{}'", shown);
  }

  tl::unexpected<base::Error> too_deep(std::size_t offset) const {
    return refuse(fmt::format("a rule is at most {} levels deep", limits::rule_depth), offset);
  }

  // ---- Nodes ----

  const RuleNode& node(Part part) const { return program_.nodes[part.node]; }
  RuleKind kind(Part part) const { return node(part).kind; }

  base::Result<Part> add(RuleNode node, std::size_t begin) {
    if (program_.nodes.size() >= limits::rule_nodes)
      return refuse(fmt::format("a rule has at most {} parts", limits::rule_nodes), begin);
    if (node.depth > limits::rule_depth) return too_deep(begin);
    program_.nodes.push_back(node);
    return Part{static_cast<std::uint16_t>(program_.nodes.size() - 1), begin};
  }

  base::Result<Part> add_unary(RuleOp op, RuleKind kind, Part of, std::size_t begin) {
    const auto depth = static_cast<std::uint16_t>(node(of).depth + 1);
    return add({.op = op, .kind = kind, .left = of.node, .depth = depth}, begin);
  }

  base::Result<Part> add_binary(RuleOp op, RuleKind kind, Part left, Part right) {
    const auto depth = static_cast<std::uint16_t>(std::max(node(left).depth, node(right).depth) + 1);
    return add({.op = op, .kind = kind, .left = left.node, .right = right.node, .depth = depth}, left.begin);
  }

  base::Result<Part> add_literal(RuleValue value, std::size_t begin) {
    const auto index = static_cast<std::uint16_t>(program_.literals.size());
    program_.literals.push_back(value);
    return add({.op = RuleOp::literal, .kind = value.kind, .index = index}, begin);
  }

  // ---- Lexemes ----

  bool is_sign(std::string_view sign) const {
    return lexer_.next().token == RuleToken::sign && lexer_.next().source == sign;
  }
  bool is_word(std::string_view word) const {
    return lexer_.next().token == RuleToken::word && base::equal_ignoring_case(lexer_.next().source, word);
  }
  bool take_sign(std::string_view sign) {
    const bool there = is_sign(sign);
    if (there) lexer_.advance();
    return there;
  }
  bool take_word(std::string_view word) {
    const bool there = is_word(word);
    if (there) lexer_.advance();
    return there;
  }

  template <std::size_t N>
  std::optional<RuleOp> take_operator(const std::array<Operator, N>& operators) {
    for (const Operator& candidate : operators)
      if (take_sign(candidate.sign)) return candidate.op;
    return std::nullopt;
  }

  // ---- Conditions ----

  base::Status require_condition(Part part) {
    if (kind(part) == RuleKind::condition) return {};
    if (node(part).op != RuleOp::field && kind(part) != RuleKind::boolean)
      return refuse(fmt::format("expected a condition, found {}", name_of(kind(part))), part.begin);
    if (node(part).op == RuleOp::literal) return refuse("expected a condition, found true or false", part.begin);
    return {};
  }

  // A field that stands alone holds when it is true.
  base::Result<Part> as_condition(Part part) {
    TRY_DO(require_condition(part));
    if (kind(part) == RuleKind::condition) return part;
    return add_unary(RuleOp::truth, RuleKind::condition, part, part.begin);
  }

  base::Result<Part> condition(std::size_t level) {
    if (level > limits::rule_depth) return too_deep(lexer_.offset());
    return chain("or", RuleOp::disjunction, level, &RuleParser::conjunction);
  }

  base::Result<Part> conjunction(std::size_t level) {
    return chain("and", RuleOp::conjunction, level, &RuleParser::negation);
  }

  // Terms joined by `word`, as a tree that leans to the right; evaluation walks it in a loop.
  base::Result<Part> chain(std::string_view word, RuleOp op, std::size_t level,
                           base::Result<Part> (RuleParser::*term)(std::size_t)) {
    TRY(Part first, (this->*term)(level));
    if (!is_word(word)) return first;
    std::vector<Part> terms;
    TRY(first, as_condition(first));
    terms.push_back(first);
    while (take_word(word)) {
      TRY(Part next, (this->*term)(level));
      TRY(next, as_condition(next));
      terms.push_back(next);
    }
    return fold(op, terms);
  }

  base::Result<Part> fold(RuleOp op, std::vector<Part>& terms) {
    Part folded = terms.back();
    std::uint16_t deepest = node(folded).depth;
    for (std::size_t i = terms.size() - 1; i-- > 0;) {
      deepest = std::max(deepest, node(terms[i]).depth);
      TRY(folded, add({.op = op,
                       .kind = RuleKind::condition,
                       .left = terms[i].node,
                       .right = folded.node,
                       .depth = static_cast<std::uint16_t>(deepest + 1)},
                      terms[i].begin));
    }
    return folded;
  }

  base::Result<Part> negation(std::size_t level) {
    const std::size_t begin = lexer_.offset();
    if (level > limits::rule_depth) return too_deep(begin);
    if (take_word("not")) {
      TRY(Part of, negation(level + 1));
      TRY(of, as_condition(of));
      return add_unary(RuleOp::negation, RuleKind::condition, of, begin);
    }
    if (take_word("exists")) return exists(begin);
    return comparison(level);
  }

  base::Result<Part> exists(std::size_t begin) {
    const bool in_parentheses = take_sign("(");
    TRY(const Part of, field());
    if (in_parentheses && !take_sign(")")) return expected("')'");
    return add_unary(RuleOp::exists, RuleKind::condition, of, begin);
  }

  base::Result<Part> comparison(std::size_t level) {
    TRY(const Part left, sum(level));
    const std::size_t at = lexer_.offset();
    if (take_word("not")) {
      if (!take_word("in")) return expected("in, behind not");
      return membership(RuleOp::not_in, left, at);
    }
    if (take_word("in")) return membership(RuleOp::in, left, at);
    if (take_word("contains")) return containment(left, level);
    const auto op = take_operator(comparisons);
    if (!op) return left;
    TRY(const Part right, sum(level));
    TRY_DO(check_comparison(*op, left, right, at));
    return add_binary(*op, RuleKind::condition, left, right);
  }

  base::Status require_value(Part part) {
    if (kind(part) != RuleKind::condition) return {};
    return refuse("expected a value, found a condition", part.begin);
  }

  base::Status check_comparison(RuleOp op, Part left, Part right, std::size_t at) {
    TRY_DO(require_value(left));
    TRY_DO(require_value(right));
    const RuleKind a = kind(left), b = kind(right);
    if (a == RuleKind::calendar_duration || b == RuleKind::calendar_duration)
      return refuse("months and years have no fixed length: compare dates, as in customer.since < today - 6 months",
                    at);
    if (!can_compare(left, right))
      return refuse(fmt::format("{} cannot be compared with {}", name_of(a), name_of(b)), at);
    const bool asks_order = op != RuleOp::equal && op != RuleOp::not_equal;
    if (asks_order && (a == RuleKind::boolean || b == RuleKind::boolean))
      return refuse("true and false have no order: expected = or !=", at);
    return {};
  }

  bool can_compare(Part left, Part right) const {
    return comparable(kind(left), is_spelled(left), kind(right), is_spelled(right));
  }

  bool is_spelled(Part part) const { return kind(part) == RuleKind::text && node(part).op == RuleOp::field; }

  base::Result<Part> containment(Part left, std::size_t level) {
    TRY(const Part right, sum(level));
    TRY_DO(require_value(right));
    if (node(left).op != RuleOp::field) return refuse("expected a field before contains", left.begin);
    return add_binary(RuleOp::contains, RuleKind::condition, left, right);
  }

  base::Result<Part> membership(RuleOp op, Part left, std::size_t at) {
    TRY_DO(require_value(left));
    if (!is_sign("[") && lexer_.next().token != RuleToken::word)
      return expected("a set like [\"a\", \"b\"], or a field");
    if (!is_sign("[")) {
      TRY(const Part right, field());
      return add_binary(op, RuleKind::condition, left, right);
    }
    TRY(const Part right, set());
    if (!can_compare(left, right))
      return refuse(fmt::format("{} cannot be in a set of {}", name_of(kind(left)), name_of(kind(right))), at);
    return add_binary(op, RuleKind::condition, left, right);
  }

  base::Result<Part> set() {
    const std::size_t begin = lexer_.offset();
    lexer_.advance();  // [
    RuleSet set;
    do {
      const std::size_t at = lexer_.offset();
      TRY(const auto value, set_value());
      if (!set.values.empty() && value.kind != set.kind)
        return refuse(fmt::format("expected {}, like the others of this set", name_of(set.kind)), at);
      set.kind = value.kind;
      set.values.push_back(value);
    } while (take_sign(","));
    if (!take_sign("]")) return expected("',' or ']'");
    std::ranges::sort(set.values, [](const auto& a, const auto& b) { return compare_same_kind(a, b) < 0; });
    const RuleKind kind = set.kind;
    program_.sets.push_back(std::move(set));
    return add({.op = RuleOp::set, .kind = kind, .index = static_cast<std::uint16_t>(program_.sets.size() - 1)}, begin);
  }

  base::Result<RuleValue> set_value() {
    const std::size_t begin = lexer_.offset();
    const bool negative = take_sign("-");
    TRY(auto value, literal());
    if (!value) return expected("a number, text, a date, true or false");
    if (is_duration(value->kind) || (negative && value->kind != RuleKind::number))
      return refuse("expected a number, text, a date, true or false", begin);
    if (negative) value->number = -value->number;
    return *value;
  }

  // ---- Fields ----

  base::Result<Part> field() {
    const std::size_t begin = lexer_.offset();
    constexpr std::string_view sources = "offer, customer, context or params, with a field";
    if (lexer_.next().token != RuleToken::word || is_reserved()) return expected(sources);
    RuleField field;
    if (is_word("context")) return context_field(begin);
    if (is_word("offer")) {
      field.source = RuleSource::offer;
    } else if (is_word("customer")) {
      field.source = RuleSource::customer;
    } else if (is_word("params")) {
      field.source = RuleSource::params;
    } else {
      return expected(sources);
    }
    lexer_.advance();
    if (!is_sign(".")) return expected("'.' and the name of a field");
    while (take_sign(".")) {
      TRY(std::string name, member_name());
      field.path.push_back(std::move(name));
    }
    return add_field(std::move(field), RuleKind::unknown, begin);
  }

  base::Result<Part> context_field(std::size_t begin) {
    lexer_.advance();
    if (!take_sign(".") || (!is_word("one") && !is_word("two"))) return expected("context.one or context.two");
    const RuleSource source = is_word("one") ? RuleSource::context_one : RuleSource::context_two;
    lexer_.advance();
    return add_field({source, {}}, RuleKind::text, begin);
  }

  base::Result<std::string> member_name() {
    const RuleLexeme next = lexer_.next();
    if (next.token != RuleToken::word && next.token != RuleToken::text) return expected("the name of a field");
    lexer_.advance();
    return next.token == RuleToken::word ? std::string(next.source) : next.text;
  }

  base::Result<Part> add_field(RuleField field, RuleKind kind, std::size_t begin) {
    (field.source == RuleSource::offer ? program_.reads_offer : program_.reads_request) = true;
    program_.fields.push_back(std::move(field));
    return add({.op = RuleOp::field, .kind = kind, .index = static_cast<std::uint16_t>(program_.fields.size() - 1)},
               begin);
  }

  // ---- Values ----

  base::Result<Part> sum(std::size_t level) {
    TRY(Part left, product(level));
    while (true) {
      const std::size_t at = lexer_.offset();
      const auto op = take_operator(sums);
      if (!op) return left;
      TRY(const Part right, product(level));
      const auto result = kind_of_sum(*op, kind(left), kind(right));
      if (!result) return refuse(why_no_sum(*op, left, right), at);
      TRY(left, add_binary(*op, *result, left, right));
    }
  }

  std::string why_no_sum(RuleOp op, Part left, Part right) const {
    return fmt::format("{} {} {} means nothing", name_of(kind(left)), op == RuleOp::add ? "plus" : "less",
                       name_of(kind(right)));
  }

  base::Result<Part> product(std::size_t level) {
    TRY(Part left, factor(level));
    while (true) {
      const std::size_t at = lexer_.offset();
      const auto op = take_operator(products);
      if (!op) return left;
      TRY(const Part right, factor(level));
      if (!may_be_number(kind(left)) || !may_be_number(kind(right)))
        return refuse("only numbers are multiplied and divided", at);
      TRY(left, add_binary(*op, RuleKind::number, left, right));
    }
  }

  base::Result<Part> factor(std::size_t level) {
    const std::size_t begin = lexer_.offset();
    if (level > limits::rule_depth) return too_deep(begin);
    if (take_sign("-")) {
      TRY(const Part of, factor(level + 1));
      if (!may_be_number(kind(of)) && !is_duration(kind(of)))
        return refuse("only numbers and durations are negated", begin);
      return add_unary(RuleOp::negate, is_duration(kind(of)) ? kind(of) : RuleKind::number, of, begin);
    }
    if (take_sign("(")) {
      TRY(Part inner, condition(level + 1));
      if (!take_sign(")")) return expected("')'");
      inner.begin = begin;
      return inner;
    }
    return value_or_field();
  }

  base::Result<Part> value_or_field() {
    const std::size_t begin = lexer_.offset();
    TRY(const auto value, literal());
    if (value) return add_literal(*value, begin);
    if (is_word("now") || is_word("today")) {
      program_.reads_request = true;
      const RuleOp op = is_word("now") ? RuleOp::now : RuleOp::today;
      lexer_.advance();
      return add({.op = op, .kind = RuleKind::date}, begin);
    }
    if (lexer_.next().token != RuleToken::word || is_reserved())
      return expected("a value: a field, a number, text in quotes, a date, true or false");
    return field();
  }

  bool is_reserved() const {
    return std::ranges::any_of(reserved, [&](std::string_view word) { return is_word(word); });
  }

  // Nothing when none stands there.
  base::Result<std::optional<RuleValue>> literal() {
    const RuleLexeme next = lexer_.next();
    if (next.token == RuleToken::number) return number_literal();
    if (next.token == RuleToken::date) return date_literal();
    if (next.token == RuleToken::text) {
      lexer_.advance();
      return RuleValue{.kind = RuleKind::text, .text = keep(next.text)};
    }
    if (!is_word("true") && !is_word("false")) return std::nullopt;
    const bool boolean = is_word("true");
    lexer_.advance();
    return RuleValue{.kind = RuleKind::boolean, .boolean = boolean};
  }

  std::string_view keep(std::string_view text) {
    program_.texts.push_back(std::make_unique<const std::string>(text));
    return *program_.texts.back();
  }

  base::Result<std::optional<RuleValue>> date_literal() {
    const auto date = base::parse_time(lexer_.next().source, zone_);
    if (!date) return expected("a date like 2024-12-20 or 2024-12-20T10:00:00+02:00");
    lexer_.advance();
    return RuleValue{.kind = RuleKind::date, .date = *date};
  }

  // A number, or with a unit behind it a duration.
  base::Result<std::optional<RuleValue>> number_literal() {
    const std::string_view digits = lexer_.next().source;
    const auto number = rule_number(digits);
    if (!number)
      return refuse(fmt::format("expected a number, found {}", cut_utf8(digits, found_bytes)), lexer_.offset());
    lexer_.advance();
    if (lexer_.next().token != RuleToken::word) return RuleValue{.kind = RuleKind::number, .number = *number};
    const auto duration = rule_duration(*number, lexer_.next().source);
    if (!duration) return RuleValue{.kind = RuleKind::number, .number = *number};
    if (!*duration) return refuse("expected an integer of at most a thousand years before the unit", lexer_.offset());
    lexer_.advance();
    return **duration;
  }

  std::string_view text_;
  const base::TimeZone& zone_;
  std::string_view location_;
  RuleLexer lexer_;
  RuleProgram program_;
};

}  // namespace

base::Result<Rule> Rule::parse(std::string_view text, const base::TimeZone& zone, std::string_view location) {
  if (text.size() > limits::rule_bytes)
    return base::fail_field(std::string(location), fmt::format("a rule has at most {} bytes", limits::rule_bytes));
  if (const auto bad = first_invalid_utf8(text))
    return base::fail_field(std::string(location), "a byte that is not UTF-8 at " + line_and_column(text, *bad));
  TRY(auto program, RuleParser(text, zone, location).parse());
  return Rule(std::move(program));
}

}  // namespace proffer::document

// Conditions over an offer, a customer and the moment, as campaign owners write them:
//
//   offer.tier = "gold" and customer.age >= 18 and not (customer.region in ["EU", "UK"])
//
// docs/manual/eligibility.md is the language's reference; its grammar stands in rule_parser.cc.
//
// Values are numbers (doubles), text, true and false, dates, durations and lists. A field that is absent or null, or
// that is compared with a value of another type, makes that comparison false, whatever its operator; `exists` asks.
// Text is read as a number or a date where it is compared with one.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/time_text.h"

namespace proffer::document {

// The moment of a decision, as rules see it; made once for many rules and offers.
struct RuleClock {
  RuleClock() = default;
  RuleClock(base::Time moment, const base::TimeZone& of) : now(moment), today(of.start_of_day(moment)), zone(of) {}

  base::Time now;
  base::Time today;  // when the present day began in the zone
  base::TimeZone zone;
};

// What a rule reads. An object that is null has no fields.
struct RuleFacts {
  const boost::json::object* offer = nullptr;     // the offer's row
  const boost::json::object* customer = nullptr;  // features, virtual ones included
  const boost::json::object* params = nullptr;    // the request's parameters
  std::string_view context_one;
  std::string_view context_two;
  RuleClock clock;
};

struct RuleProgram;

// Immutable; copies share what was parsed. Safe to use concurrently.
class Rule {
 public:
  // Holds always.
  Rule();

  // Dates without an offset are taken in `zone`. Errors: invalid, with one field `location` whose message says where
  // and what was expected ("expected a value, found the end at line 1, column 13"): for what is no rule, for a
  // comparison that its types rule out, and past limits::rule_bytes, rule_depth and rule_nodes.
  static base::Result<Rule> parse(std::string_view text, const base::TimeZone& zone,
                                  std::string_view location = "rule");

  // O(nodes), log(n) for a set of n; without allocation.
  bool holds(const RuleFacts& facts) const noexcept;

  // Whether the answer can differ between offers, and between decisions.
  bool reads_offer() const;
  bool reads_request() const;  // customer, context, params, now, today

 private:
  explicit Rule(std::shared_ptr<const RuleProgram> program) : program_(std::move(program)) {}

  std::shared_ptr<const RuleProgram> program_;
};

}  // namespace proffer::document

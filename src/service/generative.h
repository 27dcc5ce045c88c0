// The algorithm `generative`: what a chat model is asked about the offers of a decision, and what is made of its
// answer. Both pure: who calls the endpoint, and decides what happens without an answer, stands elsewhere.
//
// The model sees the campaign's name and description, the context, the customer's features but not who he is, and each
// eligible offer with its price tags and what was learned about it. It is told to answer with one JSON object, an
// offer's name to a number from 0 to 1 each: the chance that this customer accepts it.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/definition.h"
#include "service/gathered.h"

namespace proffer::service {

// What was learned of each option so far, one entry an option id (LearnedArms gives exactly this).
struct PromptHistory {
  std::span<const double> contacts;
  std::span<const double> accepted;
};

// The body of a request to .../chat/completions. `default_model` where the campaign names none. At most
// limits::prompt_offers offers are asked about, the first of those that are eligible.
boost::json::object chat_request(const Definition& definition, const Gathered& gathered, const PromptHistory& history,
                                 std::string_view default_model);

// Scores by offer from the endpoint's answer. `remote`, saying why, unless choices[0].message.content is one JSON
// object, perhaps in a code fence, in which every number of a known offer is one from 0 to 1, and there is such a
// number. Unknown offers are ignored, a null is no score; the object may stand alone in a member "scores".
base::Result<std::map<std::string, double>> parse_chat_answer(const Definition& definition, std::string_view body);

}  // namespace proffer::service

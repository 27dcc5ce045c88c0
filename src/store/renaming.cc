#include "store/renaming.h"

#include <algorithm>

#include "base/hash.h"
#include "document/json.h"

namespace proffer::store {
namespace {

namespace json = boost::json;

// A text, or a number that is written like it.
bool names(const json::value& value, const std::string& name) {
  if (value.is_string()) return std::string_view(value.get_string()) == name;
  return value.is_number() && document::json_text(value) == name;
}

void rename_in(json::value& value, const Renaming& renaming) {
  if (names(value, renaming.from)) {
    value = renaming.to;
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) rename_in(member.value(), renaming);
  } else if (auto* array = value.if_array()) {
    for (auto& element : *array) rename_in(element, renaming);
  }
}

// Of JSON that was read before; text that is none stays.
void rename_in(std::string& text, const Renaming& renaming) {
  if (text.find(renaming.from) == std::string::npos && text.find('\\') == std::string::npos) return;
  auto value = document::parse_json(text, "stored", 2 * base::limits::json_depth);
  if (!value) return;
  rename_in(*value, renaming);
  text = document::json_text(*value);
}

void rename(std::string& name, const Renaming& renaming) {
  if (name == renaming.from) name = renaming.to;
}

bool rename_one(decision::DecisionRecord& record, const Renaming& renaming) {
  if (record.customer != renaming.from) return false;
  record.customer = renaming.to;
  rename(record.tracking, renaming);
  rename(record.userid, renaming);
  rename_in(record.in_params, renaming);
  rename_in(record.gathered, renaming);
  record.erased = true;
  return true;
}

bool rename_one(decision::OutcomeRecord& record, const Renaming& renaming) {
  const auto from = base::hash_text(renaming.from);
  const auto to = base::hash_text(renaming.to);
  if (record.customer != from) return false;
  record.customer = to;
  if (record.person == from) record.person = to;
  return true;
}

template <class R>
bool rename_one(R&, const Renaming&) {
  return false;
}

}  // namespace

bool rename_customer(decision::Record& record, const Renaming& renaming) {
  return std::visit(
      [&](auto& one) {
        return std::ranges::find(renaming.campaigns, one.campaign) != renaming.campaigns.end() &&
               rename_one(one, renaming);
      },
      record);
}

}  // namespace proffer::store

#include "service/original_campaign.h"

#include <type_traits>

#include "document/json.h"
#include "service/campaign_docs.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

using document::FieldDoc;

// What the original's client adds to the eligibility rules for its own use of the options store.
constexpr std::string_view options_store_only[] = {"projection", "options_store_fields"};

bool is_blank(const json::value& value) { return value.is_null() || (value.is_string() && value.get_string().empty()); }

template <class T>
json::object adapted(const json::object& body);

// The value as a member of type T wants it; nothing: as if it were absent.
template <class T>
std::optional<json::value> adapt(const json::value& value) {
  if constexpr (document::detail::IsOptional<T>::value) {
    return adapt<typename T::value_type>(value);
  } else if constexpr (document::detail::Described<T>) {
    if (is_blank(value)) return std::nullopt;
    return value.is_object() ? json::value(adapted<T>(value.get_object())) : value;
  } else if constexpr (std::is_same_v<T, json::value>) {
    return value;
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (value.is_null()) return std::nullopt;
    return value.is_number() || value.is_bool() ? json::value(document::json_text(value)) : value;
  } else {
    if (is_blank(value)) return std::nullopt;
    if constexpr (std::is_same_v<T, bool>) {
      if (value == json::value("true")) return json::value(true);
      if (value == json::value("false")) return json::value(false);
    } else if constexpr (std::is_arithmetic_v<T>) {
      if (value.is_string()) return document::number_from_text(value.get_string());
    }
    return value;
  }
}

template <class T>
json::object adapted(const json::object& body) {
  json::object out;
  document::detail::for_each_field<T>([&](auto pointer, const FieldDoc& field) {
    using Member = std::remove_cvref_t<decltype(std::declval<T>().*pointer)>;
    const auto* member = document::find_member(body, field);
    if (member == nullptr) return;
    if (auto value = adapt<Member>(member->value())) out[member->key()] = std::move(*value);
  });
  return out;
}

void drop_options_store_fields(json::object& document) {
  auto* eligibility = document.if_contains("dynamic_eligibility");
  if (eligibility == nullptr || !eligibility->is_object()) return;
  for (const auto name : options_store_only) eligibility->get_object().erase(name);
  if (eligibility->get_object().empty()) document.erase("dynamic_eligibility");
}

}  // namespace

json::object from_original(const json::object& body) {
  auto document = adapted<CampaignDocument>(body);
  drop_options_store_fields(document);
  return document;
}

json::object with_fields(const CampaignDocument& document, const json::object& fields) {
  auto body = render_campaign(document);
  for (const auto& [name, value] : fields) {
    auto* before = body.if_contains(name);
    if (!value.is_object() || before == nullptr || !before->is_object()) {
      body[name] = value;
      continue;
    }
    for (const auto& [key, part] : value.get_object()) before->get_object()[key] = part;
  }
  return body;
}

}  // namespace proffer::service

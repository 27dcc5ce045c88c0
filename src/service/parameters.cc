#include "service/parameters.h"

#include "base/limits.h"
#include "document/json.h"

namespace proffer::service {
namespace json = boost::json;
namespace {

constexpr std::string_view one_name = "contextual_variable_one";
constexpr std::string_view two_name = "contextual_variable_two";

class Reader {
 public:
  Reader(const json::object& params, DecideRequest& request) : params_(params), request_(request) {}

  base::Status read() {
    read_pairs();
    read_context(one_name, request_.context.one);
    read_context(two_name, request_.context.two);
    read_eligible();
    read_epsilon();
    if (error_.fields.empty()) return {};
    error_.message = error_.fields.front().location + ": " + error_.fields.front().message;
    return tl::unexpected(std::move(error_));
  }

 private:
  void refuse(std::string_view name, std::string message, const json::value& value) {
    error_.fields.push_back({"body.params." + std::string(name), std::move(message), json::serialize(value)});
  }

  // input and value: two arrays of one length, the names and their values.
  void read_pairs() {
    const auto* names = params_.if_contains("input");
    const auto* values = params_.if_contains("value");
    if (names == nullptr || values == nullptr) return;
    if (!names->is_array()) return refuse("input", "expected an array of names", *names);
    if (!values->is_array()) return refuse("value", "expected an array of values", *values);
    if (names->get_array().size() != values->get_array().size()) {
      return refuse("value", "expected as many values as input has names", *values);
    }
    for (std::size_t i = 0; i < names->get_array().size(); ++i) {
      const auto& name = names->get_array()[i];
      if (!name.is_string()) return refuse("input", "expected names, as strings", *names);
      if (name.get_string() == one_name) read_text(one_name, values->get_array()[i], request_.context.one);
      if (name.get_string() == two_name) read_text(two_name, values->get_array()[i], request_.context.two);
    }
  }

  void read_context(std::string_view name, std::string& out) {
    if (const auto* value = params_.if_contains(name)) read_text(name, *value, out);
  }

  void read_text(std::string_view name, const json::value& value, std::string& out) {
    if (value.is_string()) {
      out = value.get_string();
    } else if (value.is_number()) {
      out = document::json_text(value);
    } else if (value.is_bool()) {
      out = value.get_bool() ? "true" : "false";
    } else if (!value.is_null()) {
      return refuse(name, "expected a string, a number, true or false", value);
    }
    if (out.size() > base::limits::text_field_bytes) refuse(name, "is too long", nullptr);
  }

  void read_eligible() {
    const auto* eligible = params_.if_contains("eligible_offers");
    if (eligible == nullptr || eligible->is_null()) return;
    if (!eligible->is_object()) return refuse("eligible_offers", "expected an object whose keys are offers", *eligible);
    request_.eligible_offers.reserve(eligible->get_object().size());
    for (const auto& [offer, ignored] : eligible->get_object()) request_.eligible_offers.emplace_back(offer);
  }

  void read_epsilon() {
    const auto* mab = params_.if_contains("mab");
    if (mab == nullptr || mab->is_null()) return;
    if (!mab->is_object()) return refuse("mab", "expected an object with epsilon", *mab);
    const auto* epsilon = mab->get_object().if_contains("epsilon");
    if (epsilon == nullptr) return;
    if (!epsilon->is_number()) return refuse("mab.epsilon", "expected a number from 0 to 1", *epsilon);
    const auto value = epsilon->to_number<double>();
    if (!(value >= 0 && value <= 1)) return refuse("mab.epsilon", "expected a number from 0 to 1", *epsilon);
    request_.epsilon = value;
  }

  const json::object& params_;
  DecideRequest& request_;
  base::Error error_{base::ErrorKind::invalid, "", {}};
};

}  // namespace

base::Result<json::object> parse_parameters(std::string_view text) {
  auto value = document::parse_json(text);
  if (!value || !value->is_object())
    return base::fail(base::ErrorKind::internal, "recorded parameters are not an object");
  return std::move(value->get_object());
}

base::Status read_parameters(const json::object& params, DecideRequest& request) {
  return Reader(params, request).read();
}

}  // namespace proffer::service

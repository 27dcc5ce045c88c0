#include "api/customer_routes.h"

#include "api/query.h"
#include "api/route_docs.h"
#include "document/json.h"
#include "service/erase_customer.h"

namespace proffer::api {
namespace json = boost::json;
namespace {

std::vector<std::string> parted(const std::string& list) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    if (end > begin) out.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

}  // namespace

base::Result<http::Response> erase_customer(Services& services, const Call& call) {
  const Query query(call.request, {"fields"});
  TRY_DO(query.status());
  service::EraseCustomer erase(services.ports, services.campaigns, services.learning);
  TRY(const auto erased, erase.run(call.project(), call.part("id"), parted(query.text("fields").value_or(""))));
  return json_response(document::json_text(
      json::object{{"replacement", erased.replacement}, {"records", erased.records}, {"documents", erased.documents}}));
}

namespace docs {

RouteDoc erase_customer() {
  auto doc = simple("Customers", "Erase a customer", "The name that stands for him now, and where it was put.");
  doc.description =
      "A random name takes the place of his in the log and in every collection of the project. What was learned stays; "
      "his decisions can no longer be replayed (410).";
  doc.query = {{"fields", "Paths that name customers in documents, beside the known ones, parted by commas."}};
  doc.statuses = {{404, "Nothing names this customer."}};
  return doc;
}

}  // namespace docs
}  // namespace proffer::api

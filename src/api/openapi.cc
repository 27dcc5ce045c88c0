#include "api/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <vector>

#include "api/problem.h"
#include "api/schema_parts.h"

namespace proffer::api {
namespace {

namespace json = boost::json;
using Schemas = std::map<std::string, json::object, std::less<>>;

constexpr std::string_view problem_type = "application/problem+json";
constexpr std::string_view dialect = "https://json-schema.org/draft/2020-12/schema";

// A described property of a named type keeps its own description and default beside the reference.
json::object reference(const json::object& schema, std::string_view title) {
  json::object result{{"$ref", fmt::format("#/components/schemas/{}", title)}};
  for (const auto* keyword : {"description", "default"}) {
    if (const json::value* value = schema.if_contains(keyword)) result[keyword] = *value;
  }
  return result;
}

json::object without_annotations(json::object schema) {
  schema.stable_erase("description");
  schema.stable_erase("default");
  return schema;
}

void add_named(Schemas& named, const std::string& title, json::object schema) {
  const auto [found, is_new] = named.emplace(title, schema);
  if (!is_new && found->second != schema) throw std::logic_error("two different schemas are called " + title);
}

// Moves schemas with a title into `named` and leaves references to them.
json::object with_references(json::object schema, Schemas& named) {
  for_each_part(schema, [&](json::object& part) { part = with_references(std::move(part), named); });
  const json::value* title = schema.if_contains("title");
  if (title == nullptr) return schema;
  const std::string name(title->as_string());
  json::object result = reference(schema, name);
  add_named(named, name, without_annotations(std::move(schema)));
  return result;
}

json::object content(std::string_view type, json::object schema, const json::value& example = nullptr) {
  json::object media;
  if (!schema.empty()) media["schema"] = std::move(schema);
  if (!example.is_null()) media["example"] = example;
  return {{type, std::move(media)}};
}

json::object parameter(const ParameterDoc& doc, std::string_view in) {
  json::object result{{"name", doc.name}, {"in", in}, {"description", doc.doc}};
  if (doc.required || in == "path") result["required"] = true;
  result["schema"] = {{"type", doc.type}};
  return result;
}

// The names in braces.
std::vector<std::string_view> path_parts(std::string_view path) {
  std::vector<std::string_view> parts;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    parts.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return parts;
}

json::array parameters(const RouteDoc& route) {
  json::array result;
  for (const auto part : path_parts(route.path)) result.push_back(parameter({part, "Part of the path."}, "path"));
  for (const auto& doc : route.query) result.push_back(parameter(doc, "query"));
  for (const auto& doc : route.headers) result.push_back(parameter(doc, "header"));
  return result;
}

json::object request_body(const RouteDoc& route, Schemas& named) {
  json::object types;
  for (const auto type : route.request_types) {
    const bool is_json = type == "application/json";
    json::object schema = is_json ? with_references(route.request, named) : json::object{{"type", "string"}};
    types[type] = content(type, std::move(schema), is_json ? route.request_example : nullptr).at(type);
  }
  return {{"required", true}, {"content", std::move(types)}};
}

json::object problem_answer(std::string_view doc, const RouteDoc& route, Schemas& named) {
  auto schema = route.problem.empty() ? document::schema<Problem>() : route.problem;
  return {{"description", doc}, {"content", content(problem_type, with_references(std::move(schema), named))}};
}

json::object responses(const RouteDoc& route, Schemas& named) {
  json::object good{{"description", route.response_doc}};
  if (!route.response_type.empty()) {
    good["content"] = content(route.response_type, with_references(route.response, named));
  }
  json::object result{{std::to_string(route.status), std::move(good)}};
  for (const auto& [status, doc] : route.statuses) result[std::to_string(status)] = problem_answer(doc, route, named);
  result["default"] = problem_answer("Any other error.", route, named);
  return result;
}

// "put_api_v1_campaigns_name": what generated clients call the function.
std::string operation_id(const RouteDoc& route) {
  if (!route.operation.empty()) return std::string(route.operation);
  std::string id(route.method);
  for (const char c : route.path) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      id += c;
    } else if (id.back() != '_') {
      id += '_';
    }
  }
  while (id.back() == '_') id.pop_back();
  for (std::size_t i = 0; i < route.method.size(); ++i) id[i] = static_cast<char>(std::tolower(id[i]));
  return id;
}

json::object operation(const RouteDoc& route, Schemas& named) {
  json::object result{
      {"operationId", operation_id(route)}, {"tags", json::array{route.group}}, {"summary", route.summary}};
  if (!route.description.empty()) result["description"] = route.description;
  if (json::array all = parameters(route); !all.empty()) result["parameters"] = std::move(all);
  if (!route.request_types.empty()) result["requestBody"] = request_body(route, named);
  result["responses"] = responses(route, named);
  if (route.open) result["security"] = json::array{};
  return result;
}

json::object paths(std::span<const RouteDoc> routes, Schemas& named) {
  json::object result;
  for (const auto& route : routes) {
    std::string method(route.method);
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    json::value& path = result[route.path];
    if (path.is_null()) path.emplace_object();
    path.as_object()[method] = operation(route, named);
  }
  return result;
}

json::array tags(std::span<const RouteDoc> routes) {
  json::array result;
  for (const auto& route : routes) {
    const json::value tag{{"name", route.group}};
    if (std::find(result.begin(), result.end(), tag) == result.end()) result.push_back(tag);
  }
  return result;
}

json::object security_schemes() {
  return {{"key", {{"type", "http"}, {"scheme", "bearer"}, {"description", "A key, sk_…; needed once one is stored."}}},
          {"header", {{"type", "apiKey"}, {"in", "header"}, {"name", "X-API-KEY"}, {"description", "The same key."}}}};
}

json::object components(const Schemas& named) {
  json::object schemas;
  for (const auto& [title, schema] : named) schemas[title] = schema;
  return {{"schemas", std::move(schemas)}, {"securitySchemes", security_schemes()}};
}

void collect_documents(json::object schema, Schemas& documents) {
  for_each_part(schema, [&](json::object& part) { collect_documents(part, documents); });
  const json::value* title = schema.if_contains("title");
  if (title == nullptr) return;
  const std::string name(title->as_string());
  json::object document{{"$schema", dialect}, {"$id", fmt::format("/schemas/{}.json", name)}};
  for (const auto& member : without_annotations(std::move(schema))) document.insert(member);
  add_named(documents, name, std::move(document));
}

}  // namespace

json::object openapi(const ApiInfo& info, std::span<const RouteDoc> routes) {
  Schemas named;
  json::object all_paths = paths(routes, named);
  return {{"openapi", "3.1.0"},
          {"info", {{"title", info.title}, {"version", info.version}, {"description", info.description}}},
          {"jsonSchemaDialect", dialect},
          {"tags", tags(routes)},
          {"paths", std::move(all_paths)},
          {"components", components(named)},
          {"security",
           json::array{json::object{{"key", json::array{}}}, json::object{{"header", json::array{}}}, json::object{}}}};
}

std::map<std::string, json::object, std::less<>> schema_documents(std::span<const RouteDoc> routes) {
  Schemas documents;
  collect_documents(document::schema<Problem>(), documents);
  for (const auto& route : routes) {
    collect_documents(route.request, documents);
    collect_documents(route.response, documents);
    collect_documents(route.problem, documents);
  }
  return documents;
}

}  // namespace proffer::api

// What the OpenAPI document says of one route.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace proffer::api {

// A parameter in the query, or in a header.
struct ParameterDoc {
  std::string_view name;
  std::string_view doc;
  std::string_view type = "string";  // of JSON Schema: string, integer, number, boolean
  bool required = false;
};

// A status besides the good one, with what it means here. What every route may answer (401, 403, 429, 500 …) is added.
struct StatusDoc {
  int status;
  std::string_view doc;
};

// Schemas are JSON Schema 2020-12 (document::schema<T>() makes them); one with a `title` becomes a named schema of the
// document, shared by all who use it and served at /schemas/<title>.json. Two of one title must be equal.
struct RouteDoc {
  std::string_view method;            // "GET"
  std::string_view path;              // "/api/v1/campaigns/{name}": the parts in braces become parameters
  std::string_view group;             // routes stand together under it: "Decisions"
  std::string_view summary;           // a line
  std::string_view description = {};  // paragraphs, Markdown
  boost::json::object request = {};   // schema of the body; none when request_types is empty
  std::vector<std::string_view> request_types = {};  // "application/json" …
  boost::json::value request_example = nullptr;      // shown, and filled in by the page's form
  boost::json::object response = {};                 // schema of the good answer
  std::string_view response_type = "application/json";
  int status = 200;  // of the good answer
  std::string_view response_doc = "OK";
  std::vector<ParameterDoc> query = {};
  std::vector<ParameterDoc> headers = {};
  std::vector<StatusDoc> statuses = {};
  bool open = false;                 // never needs a key
  std::string_view operation = {};   // what generated clients call it; made from method and path when empty
  boost::json::object problem = {};  // schema of errors; Problem's when empty
};

}  // namespace proffer::api

// Bodies of the routes of collections.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/query_limits.h"
#include "document/describe.h"

namespace proffer::api {

struct FindBody {
  boost::json::object filter;
  std::optional<std::string> after;
  std::int64_t limit = 100;
  std::vector<std::string> projection;
  bool exact = false;
};
BOOST_DESCRIBE_STRUCT(FindBody, (), (filter, after, limit, projection, exact))

struct AggregateBody {
  std::vector<boost::json::value> pipeline;
};
BOOST_DESCRIBE_STRUCT(AggregateBody, (), (pipeline))

struct AggregateAnswer {
  std::vector<boost::json::value> documents;
};
BOOST_DESCRIBE_STRUCT(AggregateAnswer, (), (documents))

struct PutDocumentsAnswer {
  std::int64_t inserted = 0;
  std::int64_t replaced = 0;
};
BOOST_DESCRIBE_STRUCT(PutDocumentsAnswer, (), (inserted, replaced))

struct FoundAnswer {
  std::vector<boost::json::value> documents;
  std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(FoundAnswer, (), (documents, next))

}  // namespace proffer::api

namespace proffer::document {

template <>
struct Docs<api::FindBody> {
  static constexpr std::string_view title = "FindDocuments";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"filter", "As in MongoDB: values, or operators such as $gte, $in, $elemMatch, $regex; $and, $or, $nor, $expr."},
      {"after", "Only ids greater than this: the `next` of the page before."},
      {"limit", "Documents a page.", {.minimum = 1, .maximum = double(base::limits::page_rows)}},
      {"projection", "Paths to keep beside _id; everything when empty.", {.max_items = base::limits::projected_paths}},
      {"exact", "Integral doubles as 1.0 rather than 1, so that every number comes back in its own type."},
  });
};

template <>
struct Docs<api::AggregateBody> {
  static constexpr std::string_view title = "AggregateDocuments";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"pipeline", "Stages as in MongoDB.", {.required = true, .max_items = base::limits::pipeline_stages}},
  });
};

template <>
struct Docs<api::AggregateAnswer> {
  static constexpr std::string_view title = "AggregatedDocuments";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"documents", "What the last stage made."},
  });
};

template <>
struct Docs<api::PutDocumentsAnswer> {
  static constexpr std::string_view title = "PutDocuments";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"inserted", "Documents with an id that was not there."},
      {"replaced", "Documents that took the place of one with the same id."},
  });
};

template <>
struct Docs<api::FoundAnswer> {
  static constexpr std::string_view title = "FoundDocuments";
  static constexpr auto fields = std::to_array<FieldDoc>({
      {"documents", "In order of _id."},
      {"next", "Give it as `after` for what follows; null at the end."},
  });
};

}  // namespace proffer::document

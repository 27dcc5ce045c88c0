// Pipelines run by the test server, through libmongoc alone: no code of Proffer's stands between them and the server.
#pragma once

#include <gtest/gtest.h>
#include <mongoc/mongoc.h>

#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "document/value_order.h"

namespace proffer::tests {

// Every integer is one of 64 bits.
inline void append_bson(bson_t* bson, std::string_view name, const boost::json::value& value) {
  const auto size = static_cast<int>(name.size());
  if (const auto date = document::date_of(value)) {
    bson_append_date_time(bson, name.data(), size, *date);
  } else if (value.is_structured()) {
    bson_t inner;
    const auto begin = value.is_array() ? bson_append_array_begin : bson_append_document_begin;
    const auto end = value.is_array() ? bson_append_array_end : bson_append_document_end;
    begin(bson, name.data(), size, &inner);
    if (const auto* array = value.if_array()) {
      for (std::size_t i = 0; i < array->size(); ++i) append_bson(&inner, std::to_string(i), (*array)[i]);
    } else {
      for (const auto& member : value.get_object()) append_bson(&inner, member.key(), member.value());
    }
    end(bson, &inner);
  } else if (const auto* text = value.if_string()) {
    bson_append_utf8(bson, name.data(), size, text->data(), static_cast<int>(text->size()));
  } else if (value.is_double()) {
    bson_append_double(bson, name.data(), size, value.get_double());
  } else if (value.is_bool()) {
    bson_append_bool(bson, name.data(), size, value.get_bool());
  } else if (value.is_null()) {
    bson_append_null(bson, name.data(), size);
  } else {
    bson_append_int64(bson, name.data(), size, value.to_number<std::int64_t>());
  }
}

// The value of which canonical Extended JSON was made.
inline boost::json::value from_canonical(const boost::json::value& value) {
  if (const auto* array = value.if_array()) {
    boost::json::array out;
    for (const auto& element : *array) out.push_back(from_canonical(element));
    return out;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  if (object->size() == 1) {
    const std::string_view name = object->begin()->key();
    const auto& inner = object->begin()->value();
    if (name == "$numberInt" || name == "$numberLong") return std::stoll(std::string(inner.as_string()));
    if (name == "$numberDouble") return std::stod(std::string(inner.as_string()));
    if (name == "$date") return document::date_value(from_canonical(inner).as_int64());
  }
  boost::json::object out;
  for (const auto& member : *object) out[member.key()] = from_canonical(member.value());
  return out;
}

class ServerPipelines {
  // No unique_ptr: the type's alignment is lost in a template's argument.
  class OwnedBson {
   public:
    explicit OwnedBson(bson_t* bson) : bson_(bson) {}
    ~OwnedBson() { bson_destroy(bson_); }
    OwnedBson(OwnedBson&& other) noexcept : bson_(std::exchange(other.bson_, nullptr)) {}
    OwnedBson& operator=(OwnedBson&&) = delete;
    const bson_t* get() const { return bson_; }

   private:
    bson_t* bson_;
  };

 public:
  explicit ServerPipelines(const std::string& address)
      : client_(mongoc_client_new(address.c_str()), mongoc_client_destroy),
        collection_(mongoc_client_get_collection(client_.get(), "side_by_side", "documents"),
                    mongoc_collection_destroy) {}

  void fill(const std::vector<boost::json::object>& documents) {
    mongoc_collection_drop(collection_.get(), nullptr);
    const std::unique_ptr<mongoc_bulk_operation_t, void (*)(mongoc_bulk_operation_t*)> bulk(
        mongoc_collection_create_bulk_operation_with_opts(collection_.get(), nullptr), mongoc_bulk_operation_destroy);
    for (const auto& document : documents) mongoc_bulk_operation_insert(bulk.get(), bson_of(document).get());
    bson_error_t error;
    ASSERT_NE(mongoc_bulk_operation_execute(bulk.get(), nullptr, &error), 0U) << error.message;
  }

  // Nothing when the server refuses; says() tells why.
  std::optional<std::vector<boost::json::object>> run(const boost::json::array& stages) {
    const auto pipeline = bson_of({{"pipeline", stages}});
    const std::unique_ptr<mongoc_cursor_t, void (*)(mongoc_cursor_t*)> cursor(
        mongoc_collection_aggregate(collection_.get(), MONGOC_QUERY_NONE, pipeline.get(), nullptr, nullptr),
        mongoc_cursor_destroy);
    std::vector<boost::json::object> out;
    for (const bson_t* one = nullptr; mongoc_cursor_next(cursor.get(), &one);) out.push_back(json_of(one));
    bson_error_t error;
    if (!mongoc_cursor_error(cursor.get(), &error)) return out;
    says_ = error.message;
    return std::nullopt;
  }

  const std::string& says() const { return says_; }

 private:
  static OwnedBson bson_of(const boost::json::object& object) {
    bson_t* bson = bson_new();
    for (const auto& member : object) append_bson(bson, member.key(), member.value());
    return OwnedBson(bson);
  }

  static boost::json::object json_of(const bson_t* bson) {
    const std::unique_ptr<char, void (*)(void*)> text(bson_as_canonical_extended_json(bson, nullptr), bson_free);
    return from_canonical(boost::json::parse(text.get())).as_object();
  }

  std::unique_ptr<mongoc_client_t, void (*)(mongoc_client_t*)> client_;
  std::unique_ptr<mongoc_collection_t, void (*)(mongoc_collection_t*)> collection_;
  std::string says_;
};

}  // namespace proffer::tests

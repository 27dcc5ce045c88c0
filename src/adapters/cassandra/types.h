// The types of columns, as the protocol describes them (section 4.2.5.2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/cassandra/wire.h"

namespace proffer::adapters::cql {

// Numbers of the protocol; `vector` is ours, as version 4 describes it by the name of a Java class.
enum class Kind : std::uint16_t {
  custom = 0x00,
  ascii = 0x01,
  bigint = 0x02,
  blob = 0x03,
  boolean = 0x04,
  counter = 0x05,
  decimal = 0x06,
  double_ = 0x07,
  float_ = 0x08,
  int_ = 0x09,
  timestamp = 0x0b,
  uuid = 0x0c,
  varchar = 0x0d,
  varint = 0x0e,
  timeuuid = 0x0f,
  inet = 0x10,
  date = 0x11,
  time = 0x12,
  smallint = 0x13,
  tinyint = 0x14,
  duration = 0x15,
  list = 0x20,
  map = 0x21,
  set = 0x22,
  udt = 0x30,
  tuple = 0x31,
  vector = 0xfff0,
};

struct Type {
  Kind kind = Kind::custom;
  std::vector<Type> parts = {};          // of what a value is made: one of a list, two of a map, one a field
  std::vector<std::string> fields = {};  // their names, of a user's type
  std::size_t length = 0;                // of a vector
  std::string name = {};                 // of a custom type

  bool operator==(const Type&) const = default;
};

// Spoils the reader for an unknown kind, types within types beyond limits::cassandra_type_depth, and once `budget`,
// which is counted down, is used up.
Type read_type(WireReader& reader, std::size_t& budget);

// "map<text, list<int>>", for messages.
std::string type_text(const Type& type);

}  // namespace proffer::adapters::cql

// The MongoDB-protocol server of the tests. It starts in about two seconds, so most tests share one, each with
// databases of its own name; a test that stops it makes its own.
#pragma once

#include "components/component.h"

namespace proffer::tests {

class MongoServer : public Component {
 public:
  MongoServer() : Component("mongo") {}
};

inline MongoServer& shared_mongo_server() {
  static MongoServer server;
  return server;
}

}  // namespace proffer::tests

// Who may call what, and which project answers.
#include <gmock/gmock.h>

#include "api/server.h"

namespace proffer::tests {
namespace {

using service::Role;

constexpr const char* open_paths[] = {
    "/health", "/ready", "/ping", "/docs", "/openapi.json", "/openapi-3.0.json", "/schemas/Problem.json"};

class Access : public testing::Test {
 protected:
  std::string key(Role role, const std::string& project = "default") {
    return server.world.keys.create("test", {project, role})->secret;
  }
  static Headers bearer(const std::string& secret) { return {{"authorization", "Bearer " + secret}}; }

  Stores stores;
  Server server{stores};
};

TEST_F(Access, WithoutKeysOnlyLoopbackIsServed) {
  server.world.campaign("spring", {"a"});
  for (const auto* loopback : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(server.call("POST", "/invocations", "{}", {}, loopback).status, 200) << loopback;
    EXPECT_EQ(server.call("GET", "/api/v1/keys", "", {}, loopback).status, 200) << loopback;
  }
  for (const auto* remote : {"10.0.0.1", "::ffff:10.0.0.1", "fe80::1", ""}) {
    const auto refused = server.call("POST", "/invocations", "{}", {}, remote);
    EXPECT_EQ(refused.status, 401) << remote;
    EXPECT_EQ(refused.header("WWW-Authenticate"), "Bearer");
    EXPECT_TRUE(refused.object().contains("ErrorMessage"));
    EXPECT_EQ(server.call("GET", "/api/v1/campaigns", "", {}, remote).status, 401) << remote;
    for (const auto* path : open_paths) EXPECT_EQ(server.call("GET", path, "", {}, remote).status, 200) << path;
  }
}

TEST_F(Access, OnceAKeyIsStoredEveryRouteButTheOpenOnesNeedsOne) {
  key(Role::decide);
  for (const auto& route : api::routes()) {
    std::string path(route.pattern);
    for (const auto* part : {"{name}", "{uuid}", "{id}", "{file}"}) {
      if (const auto at = path.find(part); at != std::string::npos) path.replace(at, std::string(part).size(), "x");
    }
    const auto status = server.call(std::string(route.method), path).status;
    if (route.access == api::Access::open) {
      EXPECT_NE(status, 401) << path;
    } else {
      EXPECT_EQ(status, 401) << route.method << " " << path;
      EXPECT_EQ(server.call(std::string(route.method), path, "", bearer("sk_wrong")).status, 401) << path;
    }
  }
  for (const auto* path : open_paths) EXPECT_EQ(server.get(path).status, 200) << path;
}

TEST_F(Access, EachRoleMayDoWhatThoseBeforeItMay) {
  const std::pair<Role, std::string> keys[] = {
      {Role::decide, key(Role::decide)}, {Role::manage, key(Role::manage)}, {Role::admin, key(Role::admin)}};
  for (const auto& [role, secret] : keys) {
    for (const auto& route : api::routes()) {
      if (route.access == api::Access::open) continue;
      std::string path(route.pattern);
      for (const auto* part : {"{name}", "{uuid}", "{id}"}) {
        if (const auto at = path.find(part); at != std::string::npos) path.replace(at, std::string(part).size(), "x");
      }
      const auto needed = route.access == api::Access::decide   ? Role::decide
                          : route.access == api::Access::manage ? Role::manage
                                                                : Role::admin;
      const auto status = server.call(std::string(route.method), path, "", bearer(secret)).status;
      EXPECT_EQ(status == 403, role < needed) << route.method << " " << path << " as " << service::name_of(role);
      EXPECT_NE(status, 401);
    }
  }
}

TEST_F(Access, AKeyComesInEitherHeader) {
  const auto secret = key(Role::decide);
  EXPECT_EQ(server.get("/campaigns", {{"x-api-key", secret}}).status, 200);
  EXPECT_EQ(server.get("/campaigns", {{"authorization", "Bearer " + secret}}).status, 200);
  EXPECT_EQ(server.get("/campaigns", {{"authorization", "bearer " + secret}}).status, 200);
  EXPECT_EQ(server.get("/campaigns", {{"authorization", "Basic " + secret}}).status, 401);
  EXPECT_EQ(server.get("/campaigns", {{"authorization", secret}}).status, 401);
  EXPECT_EQ(server.call("GET", "/campaigns", "", {{"x-api-key", secret}}, "10.0.0.1").status, 200);
}

TEST_F(Access, ProjectsDoNotSeeEachOther) {
  server.world.campaign("spring", {"a"}, "{}", "one");
  const auto one = bearer(key(Role::manage, "one"));
  const auto two = bearer(key(Role::manage, "two"));
  const auto answer = server.post("/invocations", "{}", one);
  ASSERT_EQ(answer.status, 200);
  const auto uuid = std::string(answer.object().at("uuid").as_string());
  EXPECT_EQ(server.post("/invocations", R"({"campaign":"spring"})", two).status, 404);
  EXPECT_EQ(server.post("/response", answer.body, two).status, 404);
  EXPECT_EQ(server.get("/campaigns", two).body, "[]");
  EXPECT_EQ(server.get("/api/v1/campaigns", two).body, "[]");
  for (const auto& path :
       {std::string("/api/v1/campaigns/spring"), std::string("/api/v1/campaigns/spring/options"),
        "/api/v1/decisions/" + uuid, "/api/v1/decisions/" + uuid + "/replay",
        std::string("/api/v1/decisions?campaign=spring"), std::string("/learning?campaign=spring")}) {
    EXPECT_EQ(server.get(path, two).status, 404) << path;
    EXPECT_EQ(server.get(path, one).status, 200) << path;
  }
  EXPECT_EQ(server.call("DELETE", "/api/v1/campaigns/spring", "", two).status, 404);
  EXPECT_EQ(server.get("/api/v1/decisions", two).object().at("decisions").as_array().size(), 0U);
  EXPECT_EQ(server.get("/api/v1/decisions", one).object().at("decisions").as_array().size(), 1U);
  EXPECT_EQ(server.post("/response", answer.body, one).status, 200);
}

TEST_F(Access, IdempotencyKeysOfProjectsDoNotMeet) {
  server.world.campaign("spring", {"a"}, "{}", "one");
  server.world.campaign("spring", {"a"}, "{}", "two");
  auto one = bearer(key(Role::decide, "one")), two = bearer(key(Role::decide, "two"));
  one["idempotency-key"] = two["idempotency-key"] = "k";
  const auto first = server.post("/invocations", "{}", one);
  const auto second = server.post("/invocations", "{}", two);
  EXPECT_EQ(second.header("Idempotent-Replayed"), "");
  EXPECT_NE(second.object().at("uuid"), first.object().at("uuid"));
}

TEST_F(Access, ADevelopmentKeyWorksInItsProject) {
  server.world.keys.add_in_memory("sk_dev", {"dev", Role::admin});
  server.world.campaign("spring", {"a"}, "{}", "dev");
  EXPECT_EQ(server.post("/invocations", "{}", bearer("sk_dev")).status, 200);
  EXPECT_EQ(server.post("/invocations", R"({"campaign":"spring"})").status, 404);  // the project default
}

TEST_F(Access, TheLocalSocketBelongsToTheOwner) {
  key(Role::decide);
  server.world.campaign("spring", {"a"}, "{}", "one");
  http::Request request;
  request.method = "GET";
  request.path = "/api/v1/campaigns/spring";
  request.headers = {{"x-project", "one"}};
  request.local_socket = true;
  std::promise<int> status;
  server.router.handle(request, [&](http::Response response) { status.set_value(response.status); });
  EXPECT_EQ(status.get_future().get(), 200);
  EXPECT_EQ(server.get("/api/v1/campaigns/spring", {{"x-project", "one"}}).status, 401);
}

TEST_F(Access, KeysAreMadeListedAndRevoked) {
  const auto admin = bearer(key(Role::admin));
  const auto made = server.call("POST", "/api/v1/keys", R"({"name":"app","role":"manage"})", admin);
  ASSERT_EQ(made.status, 201) << made.body;
  const auto secret = std::string(made.object().at("key").as_string());
  EXPECT_EQ(made.object().at("project"), json::value("default"));
  EXPECT_EQ(server.get("/api/v1/campaigns", bearer(secret)).body, "[]");
  const auto list = server.get("/api/v1/keys", admin);
  EXPECT_EQ(list.body_json().as_array().size(), 2U);
  EXPECT_EQ(list.body.find(secret), std::string::npos);
  const auto id = std::string(made.object().at("id").as_string());
  EXPECT_EQ(server.call("DELETE", "/api/v1/keys/" + id, "", admin).status, 204);
  EXPECT_EQ(server.get("/api/v1/campaigns", bearer(secret)).status, 401);
  EXPECT_EQ(server.call("DELETE", "/api/v1/keys/" + id, "", admin).status, 404);
  const auto refused = server.call("POST", "/api/v1/keys", R"({"role":"emperor","project":"a/b","name":{}})", admin);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.object().at("errors").as_array().size(), 3U);
}

TEST_F(Access, AnAdminReachesTheKeysOfItsOwnProjectOnly) {
  const auto own = server.world.keys.create("own", {"one", Role::admin});
  const auto other = server.world.keys.create("other", {"two", Role::admin});
  const auto admin = bearer(own->secret);
  EXPECT_EQ(server.get("/api/v1/keys", admin).body_json().as_array().size(), 1U);
  EXPECT_EQ(server.call("POST", "/api/v1/keys", R"({"role":"admin","project":"two"})", admin).status, 403);
  EXPECT_EQ(server.call("DELETE", "/api/v1/keys/" + other->key.id, "", admin).status, 404);
  EXPECT_EQ(server.world.keys.list().size(), 2U);
}

TEST_F(Access, TheLastKeyStaysWhileOthersThanLoopbackMayCall) {
  server.services.settings.beyond_loopback = true;
  const auto made = server.world.keys.create("only", {"default", Role::admin});
  EXPECT_EQ(server.call("DELETE", "/api/v1/keys/" + made->key.id, "", bearer(made->secret)).status, 409);
  key(Role::decide);
  EXPECT_EQ(server.call("DELETE", "/api/v1/keys/" + made->key.id, "", bearer(made->secret)).status, 204);
}

}  // namespace
}  // namespace proffer::tests

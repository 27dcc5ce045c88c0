// Decisions of the algorithm `generative`: a chat model's scores, its fallback, and their replay.
#include <gtest/gtest.h>

#include "service/choose.h"
#include "service/world.h"

namespace proffer::tests {
namespace {

constexpr std::string_view document =
    R"({"randomisation":{"approach":"behaviorAlgos","sub_approach":"generative",
        "prompt_parameters":{"fallback":"epsilonGreedy"}}})";

class AskChat : public testing::Test {
 protected:
  AskChat() { world.campaign("talk", {"a", "b", "c"}, document); }

  void answer_with(std::string_view content) {
    const auto body = document::json_text(
        json::object{{"choices", json::array{json::object{{"message", json::object{{"content", content}}}}}}});
    stores.outgoing.answer = [body](const service::OutgoingRequest&) -> base::Result<service::OutgoingAnswer> {
      return service::OutgoingAnswer{200, "application/json", body};
    };
  }
  service::GenerativeReply reply_of(const service::Decided& decided) {
    return *service::parse_gathered(decided.record.gathered).value().generative;
  }
  void expect_replays(const service::Decided& decided) {
    const auto asked = stores.outgoing.requests().size();
    const auto replayed = world.replay.run("default", decided.record.uuid);
    ASSERT_TRUE(replayed) << replayed.error().message;
    EXPECT_EQ(replayed->differences, std::vector<std::string>{});
    EXPECT_EQ(stores.outgoing.requests().size(), asked) << "a replay asks nobody";
  }

  Stores stores;
  World world{stores, {}, {"http://127.0.0.1:1/v1/chat/completions", "secret", "small", std::chrono::seconds{1}}};
};

TEST_F(AskChat, RanksByTheModelsScoresWithPropensityOne) {
  answer_with(R"({"a": 0.2, "b": 0.9, "c": 0.5})");
  const auto decided = world.decided("talk", 3);
  EXPECT_EQ(offer_at(decided, 0), "b");
  EXPECT_EQ(offer_at(decided, 1), "c");
  EXPECT_EQ(offer_at(decided, 2), "a");
  EXPECT_EQ(decided.record.shown[0].score, 0.9);
  EXPECT_EQ(decided.record.shown[0].slot_propensity, 1);
  EXPECT_EQ(reply_of(decided).fallback, "");
  const auto request = stores.outgoing.requests().at(0);
  EXPECT_EQ(request.headers.back(), (std::pair<std::string, std::string>{"Authorization", "Bearer secret"}));
  EXPECT_NE(request.body.find("small"), std::string::npos);
  EXPECT_EQ(decided.record.gathered.find("secret"), std::string::npos);
  expect_replays(decided);
}

TEST_F(AskChat, OffersWithoutAScoreAreRankedAtRandom) {
  answer_with(R"({"a": 0.5})");
  int first = 0;
  constexpr int decisions = 200;
  for (int i = 0; i < decisions; ++i) {
    const auto decided = world.decided("talk", 3);
    ASSERT_EQ(decided.record.shown.size(), 3U);
    first += offer_at(decided, 0) == "a" ? 1 : 0;
    if (i < 5) expect_replays(decided);
  }
  // Both others score below 0.5 with chance 1/4: 50 +- 6.1. Outside of 20 to 80 once in a million runs.
  EXPECT_GT(first, 20);
  EXPECT_LT(first, 80);
}

TEST_F(AskChat, FallsBackToTheNamedAlgorithmAndSaysWhy) {
  const auto first = world.decided("talk", 3);
  ASSERT_TRUE(world.responded(first.record.uuid, {"c"}));
  const auto check = [&](std::string_view part) {
    const auto decided = world.decided("talk", 3);
    EXPECT_EQ(offer_at(decided, 0), "c") << "the observed take-up decides";
    EXPECT_EQ(reply_of(decided).fallback, "epsilonGreedy");
    EXPECT_NE(reply_of(decided).reason.find(part), std::string::npos) << reply_of(decided).reason;
    expect_replays(decided);
  };
  check("nobody is there");
  answer_with("I like all of them.");
  check("");
  stores.outgoing.answer = [](const service::OutgoingRequest&) -> base::Result<service::OutgoingAnswer> {
    return service::OutgoingAnswer{500, "text/plain", "oops"};
  };
  check("500");
  stores.outgoing.answer = [](const service::OutgoingRequest&) -> base::Result<service::OutgoingAnswer> {
    return base::fail(base::ErrorKind::timed_out, "no answer within a second");
  };
  check("no answer within a second");
}

}  // namespace
}  // namespace proffer::tests

#include "bandit/personal_arms.h"

#include <gtest/gtest.h>

#include <random>

namespace proffer::bandit {
namespace {

base::Time time_at(std::int64_t micros) { return base::Time{base::Micros{micros}}; }

// What one person's arms add to priors of 1.
struct View {
  View(PersonalArms& arms, std::uint64_t person, base::Time now, std::size_t options = 3)
      : alpha(options, 1), beta(options, 1), contacts(options), accepted(options) {
    arms.add(person, now, {alpha, beta, contacts, accepted});
  }
  bool operator==(const View&) const = default;
  std::vector<double> alpha, beta, contacts, accepted;
};

const decision::LearningSettings keep_all{.processing_window = base::Micros{0}, .processing_count = 0};

TEST(PersonalArms, TeachAboutOnePersonOnly) {
  PersonalArms arms(keep_all, 10);
  arms.contact(7, 2, time_at(1), 1, 7, 1);
  arms.contact(7, 2, time_at(2), 2, 7, 1);
  arms.accept(7, 2, time_at(1), 1);
  arms.contact(8, 2, time_at(3), 3, 8, 1);
  const View seven(arms, 7, time_at(4));
  EXPECT_EQ(seven.contacts, (std::vector<double>{0, 0, 2}));
  EXPECT_EQ(seven.accepted, (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(seven.alpha[2], 2);   // 1 + 1 * 1
  EXPECT_EQ(seven.beta[2], 1.1);  // 1 + 0.1 * 1
  EXPECT_EQ(View(arms, 8, time_at(4)).accepted[2], 0);
  EXPECT_EQ(View(arms, 9, time_at(4)).alpha[2], 1);
}

TEST(PersonalArms, ForgetThePersonWhoseLastContactIsOldest) {
  PersonalArms arms(keep_all, 2);
  arms.contact(1, 0, time_at(1), 1, 1, 1);
  arms.contact(2, 0, time_at(2), 2, 2, 1);
  arms.contact(1, 0, time_at(3), 3, 1, 1);
  arms.contact(3, 0, time_at(4), 4, 3, 1);
  EXPECT_EQ(arms.persons(), 2U);
  EXPECT_EQ(View(arms, 2, time_at(5)).contacts[0], 0);
  EXPECT_EQ(View(arms, 1, time_at(5)).contacts[0], 2);
  arms.contact(2, 0, time_at(6), 6, 2, 1);
  arms.accept(2, 0, time_at(2), 2);  // an outcome of what was forgotten
  EXPECT_EQ(View(arms, 2, time_at(7)).accepted[0], 0);
}

TEST(PersonalArms, ForgetAtAResetAndIgnoreOutcomesOfBefore) {
  PersonalArms arms(keep_all, 10);
  arms.contact(1, 0, time_at(1), 1, 1, 1);
  arms.reset();
  arms.contact(1, 0, time_at(2), 2, 1, 1);
  arms.accept(1, 0, time_at(1), 1);
  EXPECT_EQ(View(arms, 1, time_at(3)).contacts[0], 1);
  EXPECT_EQ(View(arms, 1, time_at(3)).accepted[0], 0);
}

TEST(PersonalArms, LetContactsLeaveTheWindow) {
  PersonalArms arms({.processing_window = base::Micros{10}}, 10);
  arms.contact(1, 0, time_at(100), 1, 1, 1);
  EXPECT_EQ(View(arms, 1, time_at(109)).contacts[0], 1);
  EXPECT_EQ(View(arms, 1, time_at(110)).contacts[0], 0);
}

TEST(PersonalArms, ComeBackFromACheckpointAndGoOnAlike) {
  const decision::LearningSettings settings{
      .processing_window = base::Micros{500}, .processing_count = 20, .decay_gamma = 1.5};
  PersonalArms whole(settings, 5);
  PersonalArms second(settings, 5);
  PersonalArms* halves = &whole;
  std::mt19937_64 random(3);
  for (int i = 1; i <= 2000; ++i) {
    if (i == 1000) {
      std::string state;
      base::ByteWriter out(state);
      whole.encode(out);
      base::ByteReader in(state);
      ASSERT_TRUE(second.decode(in));
      ASSERT_TRUE(in.at_end());
      halves = &second;
    }
    const auto person = random() % 8;
    const auto option = static_cast<decision::OptionId>(random() % 3);
    for (auto* arms : {&whole, halves}) {
      arms->contact(person, option, time_at(i), static_cast<decision::LogPosition>(i), person, 1);
      if (i % 3 == 0) arms->accept(person, option, time_at(i), static_cast<decision::LogPosition>(i));
      if (&whole == halves) break;
    }
  }
  for (std::uint64_t person = 0; person < 8; ++person)
    EXPECT_EQ(View(whole, person, time_at(2001)), View(second, person, time_at(2001)));
}

}  // namespace
}  // namespace proffer::bandit

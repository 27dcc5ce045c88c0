#include "http/target.h"

#include <gmock/gmock.h>

namespace proffer::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

Target read(std::string_view target, std::string_view method = "GET") {
  Target out;
  EXPECT_TRUE(read_target(method, target, out)) << target;
  return out;
}

bool refused(std::string_view target, std::string_view method = "GET") {
  Target out;
  return !read_target(method, target, out);
}

TEST(Target, OriginFormIsDecoded) {
  EXPECT_EQ(read("/").path, "/");
  EXPECT_EQ(read("/a%2Fb%20c+d").path, "/a/b c+d");
  EXPECT_EQ(read("/%C3%a9").path, "/\xc3\xa9");
}

TEST(Target, AbsoluteFormLosesItsAuthority) {
  EXPECT_EQ(read("http://h:80/a").path, "/a");
  EXPECT_EQ(read("HTTPS://user@h").path, "/");
  EXPECT_THAT(read("http://h?x=1").query, ElementsAre(Pair("x", "1")));
}

TEST(Target, AsteriskIsForOptionsOnly) {
  EXPECT_EQ(read("*", "OPTIONS").path, "*");
  EXPECT_TRUE(refused("*"));
}

TEST(Target, QueryIsDecodedAndMalformedEscapesStay) {
  EXPECT_THAT(read("/?a=1&b=x+y%26&&c&=d&e=%zz%4").query,
              ElementsAre(Pair("a", "1"), Pair("b", "x y&"), Pair("c", ""), Pair("", "d"), Pair("e", "%zz%4")));
}

TEST(Target, FragmentIsCutOff) {
  const Target target = read("/a?b=c#d?e");
  EXPECT_EQ(target.path, "/a");
  EXPECT_THAT(target.query, ElementsAre(Pair("b", "c")));
}

TEST(Target, OtherFormsAndBytesAreRefused) {
  for (const char* target :
       {"", "a", "h:80", "ftp://h/", "http:///a", "http://", "/\xc3\xa9", "/a\x7f", "/%", "/%4", "/%gg", "/%00"}) {
    EXPECT_TRUE(refused(target)) << target;
  }
}

}  // namespace
}  // namespace proffer::http

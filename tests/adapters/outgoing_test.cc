#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <mutex>
#include <thread>
#include <vector>

#include "adapters/outgoing/curl_outgoing.h"
#include "http/support.h"

namespace proffer::tests {
namespace {

using adapters::CurlOutgoing;
using base::ErrorKind;
using service::OutgoingRequest;

// Requests that the server's thread leaves unanswered until the test's thread answers them.
class Kept {
 public:
  void keep(http::Respond respond) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(respond));
  }
  void answer() {
    const std::lock_guard lock(mutex_);
    for (auto& respond : kept_) respond({});
  }

 private:
  std::mutex mutex_;
  std::vector<http::Respond> kept_;
};

class Outgoing : public testing::Test {
 protected:
  OutgoingRequest request(const std::string& path, const std::string& method = "GET") {
    OutgoingRequest out;
    out.method = method;
    out.url = "http://" + server.server->addresses().front() + path;
    return out;
  }

  http::TestServer server;
  CurlOutgoing outgoing;
};

TEST_F(Outgoing, SendsMethodHeadersAndBodyAndGivesStatusTypeAndBody) {
  server.handler.reply = [](http::Request, http::Respond respond) {
    http::Response response;
    response.status = 422;
    response.content_type = "application/problem+json";
    response.body = "{\"detail\":\"no\"}";
    respond(std::move(response));
  };
  auto sent = request("/api/x?y=%20z", "POST");
  sent.headers = {{"Authorization", "Bearer abc"}, {"Content-Type", "application/json"}};
  sent.body = "{\"a\":1}";
  const auto answer = outgoing.send(sent);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 422);
  EXPECT_EQ(answer->content_type, "application/problem+json");
  EXPECT_EQ(answer->body, "{\"detail\":\"no\"}");
  const auto seen = server.handler.take();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].method, "POST");
  EXPECT_EQ(seen[0].path, "/api/x");
  EXPECT_EQ(*seen[0].query_value("y"), " z");
  EXPECT_EQ(seen[0].header("authorization"), "Bearer abc");
  EXPECT_EQ(seen[0].header("content-type"), "application/json");
  EXPECT_EQ(seen[0].body, "{\"a\":1}");
}

TEST_F(Outgoing, SendsEveryMethodAsItIs) {
  for (const std::string method : {"GET", "POST", "PUT", "DELETE", "HEAD"}) {
    const auto answer = outgoing.send(request("/m", method));
    ASSERT_TRUE(answer) << method << ' ' << answer.error().message;
    EXPECT_EQ(server.handler.take().front().method, method);
  }
}

TEST_F(Outgoing, DoesNotFollowARedirect) {
  server.handler.reply = [](http::Request, http::Respond respond) {
    http::Response response;
    response.status = 302;
    response.headers.emplace_back("Location", "/elsewhere");
    respond(std::move(response));
  };
  const auto answer = outgoing.send(request("/here"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server.handler.seen().size(), 1U);
}

TEST_F(Outgoing, TakesAnAnswerOfTheLargestSizeAndRefusesOneByteMore) {
  server.handler.reply = [](http::Request, http::Respond respond) {
    http::Response response;
    response.body = std::string(1000, 'x');
    respond(std::move(response));
  };
  auto sent = request("/long");
  sent.max_answer_bytes = 1000;
  EXPECT_EQ(outgoing.send(sent)->body.size(), 1000U);
  sent.max_answer_bytes = 999;
  const auto refused = outgoing.send(sent);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::remote);
  EXPECT_NE(refused.error().message.find("longer than 999 bytes"), std::string::npos) << refused.error().message;
}

TEST_F(Outgoing, GivesUpAfterTheTimeThatItWasGiven) {
  Kept kept;
  server.handler.reply = [&](http::Request, http::Respond respond) { kept.keep(std::move(respond)); };
  auto sent = request("/slow");
  sent.timeout = std::chrono::milliseconds{150};
  const auto start = std::chrono::steady_clock::now();
  const auto answer = outgoing.send(sent);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::timed_out) << answer.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{2});
  kept.answer();
}

TEST_F(Outgoing, EndsWhatIsOnItsWayWhenTheProgramEnds) {
  Kept kept;
  server.handler.reply = [&](http::Request, http::Respond respond) { kept.keep(std::move(respond)); };
  auto sent = request("/slow");
  sent.timeout = std::chrono::seconds{60};
  std::thread stops([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    outgoing.stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto answer = outgoing.send(sent);
  stops.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::remote);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
  kept.answer();
}

TEST_F(Outgoing, SaysWhenNobodyAnswersThere) {
  OutgoingRequest sent;
  sent.url = "http://127.0.0.1:1/";
  const auto answer = outgoing.send(sent);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::remote);
  EXPECT_NE(answer.error().message.find("http://127.0.0.1:1/"), std::string::npos);
}

TEST_F(Outgoing, RefusesOtherSchemesAndLineBreaksInHeaders) {
  for (const std::string url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x", "", "127.0.0.1/x", "http://"}) {
    OutgoingRequest sent;
    sent.url = url;
    EXPECT_EQ(outgoing.send(sent).error().kind, ErrorKind::invalid) << url;
  }
  auto sent = request("/x");
  sent.headers = {{"Authorization", "Bearer a\r\nX-Evil: 1"}};
  EXPECT_EQ(outgoing.send(sent).error().kind, ErrorKind::invalid);
  EXPECT_TRUE(server.handler.seen().empty());
}

// A certificate that nobody signed, for 127.0.0.1.
void use_own_certificate(boost::asio::ssl::context& context) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  SSL_CTX_use_certificate(context.native_handle(), certificate);
  SSL_CTX_use_PrivateKey(context.native_handle(), key);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

TEST_F(Outgoing, TrustsNoCertificateThatNobodySigned) {
  namespace asio = boost::asio;
  asio::io_context io;
  asio::ssl::context context(asio::ssl::context::tls_server);
  use_own_certificate(context);
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  boost::system::error_code error;
  std::thread accepts([&] {
    asio::ssl::stream<asio::ip::tcp::socket> stream(acceptor.accept(), context);
    stream.handshake(asio::ssl::stream_base::server, error);
  });
  OutgoingRequest sent;
  sent.url = "https://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/";
  const auto answer = outgoing.send(sent);
  accepts.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::remote);
  EXPECT_NE(answer.error().message.find("certificate"), std::string::npos) << answer.error().message;
}

}  // namespace
}  // namespace proffer::tests

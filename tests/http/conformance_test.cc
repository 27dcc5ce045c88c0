// The request corpora of two other HTTP implementations (tests/http/data): what is invalid never reaches the handler,
// what is valid reaches it as it was meant.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "http/request_parser.h"
#include "http/support.h"

namespace proffer::http {
namespace {

namespace fs = std::filesystem;

const fs::path data = fs::path(PROFFER_SOURCE_DIR) / "tests/http/data";

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<fs::path> requests_in(const std::string& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(data / folder)) {
    if (entry.path().extension() == ".raw") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool names_a_host(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
  return head.find("\nhost:") != std::string::npos;
}

// Most requests of the corpora lack the Host that HTTP/1.1 demands. It is added, so that each is accepted or refused
// for its own reason.
std::string with_hosts(std::string bytes) {
  constexpr std::string_view end_of_line = " HTTP/1.1\r\n";
  for (auto at = bytes.find(end_of_line); at != std::string::npos; at = bytes.find(end_of_line, at + 1)) {
    const std::size_t head_end = std::min(bytes.find("\r\n\r\n", at), bytes.size());
    if (!names_a_host(bytes.substr(at, head_end - at))) bytes.insert(at + end_of_line.size(), "Host: h\r\n");
  }
  return bytes;
}

std::string name_of(const fs::path& path) { return path.parent_path().parent_path().filename() / path.stem(); }

// Refused although the corpus calls them valid, each with the reason.
const std::map<std::string, std::string> refused_by_choice = {
    {"gunicorn/009", "Transfer-Encoding without chunked: where such a body ends cannot be known"},
    {"gunicorn/025", "no transfer coding but chunked is decoded"},
    {"gunicorn/025_line", "no transfer coding but chunked is decoded"},
    {"gunicorn/027", "a target must be ASCII (RFC 3986); a client percent-encodes the rest"},
    {"gunicorn/029", "identity was withdrawn (RFC 9112, section 7); only chunked is taken"},
    {"gunicorn/030", "identity was withdrawn (RFC 9112, section 7); only chunked is taken"},
    {"gunicorn/031", "methods that are not known are answered 501"},
    {"gunicorn/099", "its body is shorter than its Content-Length: incomplete"},
    {"gunicorn/rfc9112_smuggle_gzip_chunked_01", "no transfer coding but chunked is decoded"},
    {"gunicorn/rfc9112_smuggle_te_identity_chunked_01", "identity was withdrawn; only chunked is taken"},
    {"gunicorn/rfc9112_target_authority_connect_01", "CONNECT: Proffer is no proxy"},
    {"gunicorn/rfc9112_target_authority_ipv6_01", "CONNECT: Proffer is no proxy"},
    {"llhttp/content-length_447", "there llhttp is told to skip bodies; on the wire this one is incomplete"},
    {"llhttp/method_138", "\"*\" is a target of OPTIONS only (RFC 9112, section 3.2.4)"},
    {"llhttp/method_30", "CONNECT: Proffer is no proxy"},
    {"llhttp/method_65", "CONNECT: Proffer is no proxy"},
    {"llhttp/method_99", "CONNECT: Proffer is no proxy"},
    {"llhttp/uri_191", "CONNECT: Proffer is no proxy"},
    {"llhttp/method_347", "SOURCE is a method of ICE"},
    {"llhttp/method_375", "ICE, not HTTP"},
    {"llhttp/method_405", "RTSP, not HTTP"},
    {"llhttp/method_433", "RTSP, not HTTP"},
    {"llhttp/method_485", "QUERY is not known to the parser; no route has it"},
    {"llhttp/sample_317", "HTTP/0.9"},
    {"llhttp/transfer-encoding_754", "no transfer coding but chunked is decoded"},
    {"llhttp/transfer-encoding_796", "no transfer coding but chunked is decoded"},
};

// Accepted although the corpus calls them invalid, each with the reason.
const std::map<std::string, std::string> accepted_by_choice = {
    {"gunicorn/006", "a target of 4,105 bytes: our limit is 8 KiB"},
    {"gunicorn/007", "a field of 8,207 bytes: our limit is 16 KiB for the whole header"},
    {"gunicorn/008", "a header of 12,400 bytes: our limit is 16 KiB"},
    {"gunicorn/017", "a field of 8,191 bytes: our limit is 16 KiB for the whole header"},
    {"llhttp/lenient-headers_37_lenient", "two requests, of which only the second is invalid: it is refused"},
};

TEST(Conformance, InvalidRequestsNeverReachTheHandler) {
  TestServer server;
  std::size_t run = 0;
  for (const char* folder : {"gunicorn/invalid", "llhttp/invalid", "llhttp/incomplete"}) {
    for (const fs::path& path : requests_in(folder)) {
      if (accepted_by_choice.contains(name_of(path))) continue;
      const std::string answer = converse(server.address(), with_hosts(contents(path)));
      const auto codes = statuses(answer);
      EXPECT_TRUE(server.handler.take().empty()) << path << "\n" << answer.substr(0, 300);
      EXPECT_TRUE(codes.empty() || (codes.size() == 1 && codes[0] >= 400)) << path << "\n" << answer.substr(0, 300);
      ++run;
    }
  }
  EXPECT_GT(run, 120u);
}

struct Expected {
  std::string method;
  std::size_t body_bytes = 0;
};

std::vector<Expected> expectations(fs::path path) {
  std::istringstream in(contents(path.replace_extension(".expect")));
  std::vector<Expected> out;
  Expected expected;
  for (std::string target; in >> expected.method >> expected.body_bytes && std::getline(in, target);)
    out.push_back(expected);
  return out;
}

void expect_seen(const std::vector<Request>& seen, const std::vector<Expected>& expected, const fs::path& path) {
  ASSERT_EQ(seen.size(), expected.size()) << path << "\n" << contents(path).substr(0, 300);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].method, expected[i].method) << path;
    EXPECT_EQ(seen[i].body.size(), expected[i].body_bytes) << path;
  }
}

TEST(Conformance, ValidRequestsReachTheHandlerAsTheyWereMeant) {
  TestServer server;
  std::size_t run = 0;
  for (const char* folder : {"gunicorn/valid", "llhttp/valid"}) {
    for (const fs::path& path : requests_in(folder)) {
      const std::string answer = converse(server.address(), with_hosts(contents(path)));
      const auto seen = server.handler.take();
      if (refused_by_choice.contains(name_of(path))) {
        EXPECT_TRUE(seen.empty()) << path << ": no longer an exception";
        continue;
      }
      SCOPED_TRACE(answer.substr(0, 300));
      expect_seen(seen, expectations(path), path);
      ++run;
    }
  }
  EXPECT_GT(run, 90u);
}

// The requests that a parser completes when `bytes` come in pieces.
std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
  std::string out, held;
  auto parser = std::make_unique<RequestParser>();
  std::size_t at = 0;
  while (at < bytes.size() || !held.empty()) {
    std::size_t used = 0;
    const auto step = parser->read(held, used);
    held.erase(0, used);
    if (step == RequestParser::Step::refused) return out;
    if (step == RequestParser::Step::head_done) parser->allow_body(1 << 20);
    if (parser->complete()) {
      out += parser->request().method + ' ' + parser->request().path + ' ' + parser->request().body + '\n';
      parser = std::make_unique<RequestParser>();
    }
    if (step != RequestParser::Step::need_more && !held.empty()) continue;
    if (at == bytes.size()) break;
    held += bytes.substr(at, piece);
    at = std::min(at + piece, bytes.size());
  }
  return out;
}

TEST(Conformance, ARequestMeansTheSameHoweverItIsCutIntoPieces) {
  for (const char* folder : {"gunicorn/valid", "gunicorn/invalid", "llhttp/valid", "llhttp/invalid"}) {
    for (const fs::path& path : requests_in(folder)) {
      const std::string bytes = with_hosts(contents(path));
      const std::string whole = read_in_pieces(bytes, bytes.size());
      for (const std::size_t piece : {1, 2, 3, 7, 64})
        EXPECT_TRUE(read_in_pieces(bytes, piece) == whole) << path << piece;
    }
  }
}

}  // namespace
}  // namespace proffer::http

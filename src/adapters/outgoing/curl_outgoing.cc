#include "adapters/outgoing/curl_outgoing.h"

#include <algorithm>
#include <mutex>

namespace proffer::adapters {
namespace {

using service::OutgoingAnswer;
using service::OutgoingRequest;

constexpr std::size_t idle_handles = 8;

struct Lines {
  curl_slist* list = nullptr;
  Lines() = default;
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() { curl_slist_free_all(list); }
  void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

// What comes in, up to the limit.
struct Sink {
  std::string body;
  std::size_t limit = 0;
  bool too_long = false;
};

std::size_t take_in(char* data, std::size_t, std::size_t bytes, void* to) {
  auto& sink = *static_cast<Sink*>(to);
  sink.too_long = bytes > sink.limit - sink.body.size();
  if (sink.too_long) return CURL_WRITEFUNC_ERROR;
  sink.body.append(data, bytes);
  return bytes;
}

int is_stopping(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return *static_cast<const std::atomic<bool>*>(flag) ? 1 : 0;
}

bool holds_control(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

base::Status check(const OutgoingRequest& request) {
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
    return base::fail_field("url", "expected a URL of http or https", '"' + request.url + '"');
  }
  if (holds_control(request.url)) return base::fail_field("url", "expected no control characters");
  for (const auto& [name, value] : request.headers) {
    if (holds_control(name) || holds_control(value)) {
      return base::fail_field("header." + name, "expected no control characters");
    }
  }
  return {};
}

// This machine is reached without the proxy that the environment may name for the rest of the world.
bool is_this_machine(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  return url.starts_with("127.") || url.starts_with("localhost") || url.starts_with("[::1]");
}

void set_header_lines(Lines& lines, const OutgoingRequest& request) {
  for (const auto& [name, value] : request.headers) lines.add(std::string(name).append(": ").append(value));
  lines.add("Expect:");  // no waiting for a 100 before the body
}

void set_request(CURL* handle, const OutgoingRequest& request, const Lines& lines) {
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines.list);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  if (is_this_machine(request.url)) curl_easy_setopt(handle, CURLOPT_PROXY, "");
}

// What holds for every request.
void set_manners(CURL* handle, const std::atomic<bool>& stopping) {
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "proffer");
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, is_stopping);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &stopping);
}

base::Error error_of(CURLcode code, const OutgoingRequest& request, const Sink& sink, const char* text) {
  using base::ErrorKind;
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    return base::fail_field("url", "expected a URL of http or https", '"' + request.url + '"').value();
  }
  if (sink.too_long) {
    return {
        ErrorKind::remote, request.url + ": the answer is longer than " + std::to_string(sink.limit) + " bytes", {}};
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return {ErrorKind::timed_out,
            request.url + ": no answer within " + std::to_string(request.timeout.count()) + " ms",
            {}};
  }
  return {ErrorKind::remote, request.url + ": " + (*text != '\0' ? text : curl_easy_strerror(code)), {}};
}

OutgoingAnswer answer_of(CURL* handle, Sink sink) {
  OutgoingAnswer answer;
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  const char* type = nullptr;
  curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer.content_type = type;
  answer.body = std::move(sink.body);
  return answer;
}

}  // namespace

CurlOutgoing::CurlOutgoing() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

base::Result<OutgoingAnswer> CurlOutgoing::send(const OutgoingRequest& request) {
  TRY_DO(check(request));
  auto handle = take();
  if (!handle) return base::fail(base::ErrorKind::unavailable, "no memory for a request to another server");
  Lines lines;
  set_header_lines(lines, request);
  Sink sink;
  sink.limit = request.max_answer_bytes;
  char text[CURL_ERROR_SIZE] = "";
  set_manners(handle.get(), stopping_);
  set_request(handle.get(), request, lines);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, text);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, take_in);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &sink);
  const auto code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) return tl::unexpected(error_of(code, request, sink, text));
  auto answer = answer_of(handle.get(), std::move(sink));
  give_back(std::move(handle));
  return answer;
}

CurlOutgoing::Handle CurlOutgoing::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return Handle(curl_easy_init());
}

void CurlOutgoing::give_back(Handle handle) {
  curl_easy_reset(handle.get());  // keeps its connections
  const std::lock_guard lock(mutex_);
  if (idle_.size() < idle_handles) idle_.push_back(std::move(handle));
}

}  // namespace proffer::adapters

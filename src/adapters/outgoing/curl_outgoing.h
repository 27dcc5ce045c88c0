// The port Outgoing on libcurl: TLS always verified, no redirects, HTTP and HTTPS alone.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "service/outgoing.h"

namespace proffer::adapters {

class CurlOutgoing final : public service::Outgoing {
 public:
  CurlOutgoing();

  base::Result<service::OutgoingAnswer> send(const service::OutgoingRequest& request) override;

  // Ends the requests on their way within about a second, each as `remote`, and refuses new ones: for the program's
  // end.
  void stop() { stopping_ = true; }

 private:
  struct Close {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  using Handle = std::unique_ptr<CURL, Close>;
  Handle take();
  void give_back(Handle handle);

  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<Handle> idle_;  // each with its open connections, so that the next request need not shake hands
};

}  // namespace proffer::adapters

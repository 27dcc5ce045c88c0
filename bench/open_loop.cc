// How long do answers take at a given rate, counted from when each request was planned?
//   bench_open_loop --address 127.0.0.1:8091 --path /invocations --body TEMPLATE --rate 5000
//                   [--connections 64] [--seconds 5] [--warm-up 0.5] [--customers 100000]
// Prints one JSON line.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "load_generator.h"

namespace {

using namespace proffer;

using Options = std::map<std::string, std::string>;

bool read_options(int argc, char** argv, Options& out) {
  for (int i = 1; i < argc; i += 2) {
    const auto option = out.find(argv[i]);
    if (option == out.end() || i + 1 == argc) return false;
    option->second = argv[i + 1];
  }
  return !out["--address"].empty();
}

double number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

bench::Load load_of(Options& options) {
  bench::Load load;
  load.address = options["--address"];
  load.path = options["--path"];
  load.body = options["--body"];
  load.customers = std::max<std::uint64_t>(1, std::strtoull(options["--customers"].c_str(), nullptr, 10));
  load.requests_per_second = number(options["--rate"]);
  load.connections = static_cast<std::size_t>(number(options["--connections"]));
  load.warm_up = std::chrono::duration<double>(number(options["--warm-up"]));
  load.duration = std::chrono::duration<double>(number(options["--seconds"]));
  return load;
}

void print(const bench::Load& load, const bench::Observed& observed) {
  std::printf(
      "{\"rate\": %.0f, \"achieved\": %.0f, \"connections\": %zu, \"planned\": %llu, \"errors\": %llu, "
      "\"p50_ms\": %.4f, \"p99_ms\": %.4f, \"p999_ms\": %.4f, \"max_ms\": %.4f}\n",
      load.requests_per_second, observed.answers_per_second, load.connections,
      static_cast<unsigned long long>(observed.planned),
      static_cast<unsigned long long>(observed.refused + observed.lost), observed.quantile(0.5) * 1e3,
      observed.quantile(0.99) * 1e3, observed.quantile(0.999) * 1e3, observed.quantile(1) * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  Options options = {{"--address", ""},       {"--path", "/"},    {"--body", "{}"},     {"--rate", "1000"},
                     {"--connections", "64"}, {"--seconds", "5"}, {"--warm-up", "0.5"}, {"--customers", "100000"}};
  if (!read_options(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: bench_open_loop --address HOST:PORT [--path P] [--body TEMPLATE] [--rate N]"
                 " [--connections N] [--seconds S] [--warm-up S] [--customers N]\n");
    return 2;
  }
  const bench::Load load = load_of(options);
  if (load.connections == 0 || load.requests_per_second <= 0) {
    std::fprintf(stderr, "--connections and --rate must be above 0\n");
    return 2;
  }
  const auto observed = bench::run(load);
  if (!observed) {
    std::fprintf(stderr, "%s\n", observed.error().message.c_str());
    return 1;
  }
  print(load, *observed);
}

#include "store/sample_store.h"

#include <fmt/format.h>

#include "base/base64url.h"
#include "base/scoring_limits.h"

namespace proffer::store {
namespace {

namespace limits = base::limits;

const Collection samples{"proffer", "samples"};
const Collection sample_parts{"proffer", "sample_parts"};
const Collection out_of_prior{"proffer", "prior_opt_outs"};

std::string sample_id(const ModelOwner& owner) { return owner.project + '/' + owner.use_case; }
std::string parts_of(const ModelOwner& owner, std::string_view token) {
  return fmt::format("{}/{}/", sample_id(owner), token);
}

}  // namespace

base::Status SampleStore::put(const ModelOwner& owner, const std::string& token, std::string_view bytes) {
  TRY(const auto before, documents_.get(samples, sample_id(owner)));
  std::size_t parts = 0;
  for (; parts * limits::model_part_bytes < bytes.size(); ++parts) {
    const auto part = bytes.substr(parts * limits::model_part_bytes, limits::model_part_bytes);
    TRY_DO(documents_.put(sample_parts, {{"_id", fmt::format("{}{:06}", parts_of(owner, token), parts)},
                                         {"bytes", base::to_base64url(part)}}));
  }
  TRY_DO(documents_.put(samples, {{"_id", sample_id(owner)},
                                  {"project", owner.project},
                                  {"use_case", owner.use_case},
                                  {"token", token},
                                  {"parts", parts}}));
  if (!before) return {};
  return documents_.write({RemovePrefix{sample_parts, parts_of(owner, before->at("token").as_string())}});
}

base::Result<std::string> SampleStore::bytes(const ModelOwner& owner) const {
  TRY(const auto sample, documents_.get(samples, sample_id(owner)));
  if (!sample) return base::fail(base::ErrorKind::not_found, "there is no sample of '" + owner.use_case + "'");
  const auto prefix = parts_of(owner, sample->at("token").as_string());
  std::string out;
  for (std::size_t i = 0; i < sample->at("parts").to_number<std::size_t>(); ++i) {
    TRY(const auto part, documents_.get(sample_parts, fmt::format("{}{:06}", prefix, i)));
    const auto bytes = part ? base::from_base64url(part->at("bytes").as_string()) : std::nullopt;
    if (!bytes)
      return base::fail(base::ErrorKind::internal, fmt::format("part {} of sample {} is not there", i, prefix));
    out += *bytes;
  }
  return out;
}

base::Status SampleStore::remove(const ModelOwner& owner) {
  TRY(const auto sample, documents_.get(samples, sample_id(owner)));
  if (!sample) return {};
  return documents_.write({Remove{samples, sample_id(owner)},
                           RemovePrefix{sample_parts, parts_of(owner, sample->at("token").as_string())}});
}

base::Result<std::vector<ModelOwner>> SampleStore::owners() const {
  std::vector<ModelOwner> out;
  ScanOptions options;
  while (true) {
    TRY(const auto page, documents_.scan(samples, {}, options));
    for (const auto& sample : page)
      out.push_back({std::string(sample.at("project").as_string()), std::string(sample.at("use_case").as_string())});
    if (page.size() < options.limit) return out;
    options.after = std::string(page.back().at("_id").as_string());
  }
}

base::Result<bool> SampleStore::is_out(const std::string& project) const {
  TRY(const auto found, documents_.get(out_of_prior, project));
  return found.has_value();
}

base::Status SampleStore::set_out(const std::string& project, bool out) {
  if (out) return documents_.put(out_of_prior, {{"_id", project}});
  return documents_.write({Remove{out_of_prior, project}});
}

}  // namespace proffer::store

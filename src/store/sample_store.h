// Samples of the rows that projects trained on, for the models that are trained on what several projects know, and
// which projects keep theirs out of it.
//
// A sample is bytes, in parts that fit a document, in `proffer.sample_parts`; which parts hold is a document of
// `proffer.samples`, written last.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/model_store.h"

namespace proffer::store {

class SampleStore {
 public:
  explicit SampleStore(DocumentStore& documents) : documents_(documents) {}

  // In place of the sample that the owner had. `token` differs from call to call.
  base::Status put(const ModelOwner& owner, const std::string& token, std::string_view bytes);
  base::Result<std::string> bytes(const ModelOwner& owner) const;  // errors: not_found; internal when parts lack
  base::Status remove(const ModelOwner& owner);
  base::Result<std::vector<ModelOwner>> owners() const;  // of all samples

  base::Result<bool> is_out(const std::string& project) const;
  base::Status set_out(const std::string& project, bool out);

 private:
  DocumentStore& documents_;
};

}  // namespace proffer::store

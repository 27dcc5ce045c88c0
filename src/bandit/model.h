// What an algorithm learns beside the arms: a fold over whole decisions, for algorithms that need to know which offers
// stood together, who saw them and what was known of him.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "decision/campaign.h"
#include "decision/record.h"

namespace proffer::bandit {

// Of an arm of which nothing is known, where values are given.
inline constexpr double unknown_value = std::numeric_limits<double>::quiet_NaN();

// Whom a prediction or a contact is about.
struct Moment {
  std::uint64_t customer = 0;             // a hash
  std::span<const std::string> features;  // one value a feature of Campaign::features, "" where it is not known
};

// A shown slate, as a model learns from it.
struct Contacted {
  base::Time date;
  decision::LogOrder position = 0;
  Moment moment;
  std::span<const decision::ShownOffer> shown;  // in rank order
};

// Every number that a model gives is a function of the contacts and outcomes it was told of, in the order of the log:
// telling them one by one as they happen, or all of them afterwards, gives the same bits. It keeps to the campaign's
// window and count by itself. Not for concurrent use.
class Model {
 public:
  virtual ~Model() = default;

  virtual void contact(const Contacted& contacted) = 0;
  // That option of the slate contacted at `position` was accepted; nothing happens when it is not selected any more.
  virtual void accept(decision::OptionId option, base::Time date, decision::LogOrder position) = 0;
  // Contacts older than `now` - processing_window drop out. Time never goes back.
  virtual void advance(base::Time now) = 0;
  // Everything so far is forgotten, and outcomes of it do not count.
  virtual void reset() = 0;

  // values[i]: what is known of options[i] for this customer now, larger is better; NaN where nothing is.
  virtual void predict(const Moment& moment, std::span<const decision::OptionId> options,
                       std::span<double> values) const = 0;

  // The whole state for a checkpoint. decode is called on a fresh model of the same settings; false when damaged.
  virtual void encode(base::ByteWriter& out) const = 0;
  virtual bool decode(base::ByteReader& in) = 0;

  virtual std::size_t memory_bytes() const = 0;
};

}  // namespace proffer::bandit

// What models learn from: a campaign's selected contacts, decision by decision, with what was accepted of them.
//
// Selected are the contacts within the window; of those the newest `processing_count` of all options together, at most
// as many as a model can hold. The slate of a decision counts whole: the oldest one of which not all contacts fit is
// left out, but the newest one always counts. A learning reward is a contact's weight. Caps and decay per customer are
// for arms.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "bandit/arm_memory.h"
#include "bandit/arm_weight.h"
#include "bandit/model.h"

namespace proffer::bandit {

inline constexpr std::size_t map_node_bytes = 48;   // what an entry of a std::map takes beside its value, about
inline constexpr std::size_t hash_node_bytes = 32;  // and of a std::unordered_map

struct PastContact {
  decision::OptionId option = 0;
  bool accepted = false;
  std::int64_t weight = 0;  // in multiples of 2^-32
};

struct PastSlate {
  std::uint64_t customer = 0;           // a hash
  std::vector<std::uint64_t> features;  // hash of each value, 0 where it was not known; empty when not asked for
  std::vector<PastContact> shown;       // in rank order
};

// Keeps the selected slates; the model above it keeps what follows from them. That must depend on the slates alone, not
// on the order in which they came: counts in integers, or something computed anew from all of them.
class HistoryModel : public Model {
 public:
  void contact(const Contacted& contacted) final;  // O(log slates), and what adding and removing slates costs
  void accept(decision::OptionId option, base::Time date, decision::LogOrder position) final;
  void advance(base::Time now) final;
  void reset() final;
  void encode(base::ByteWriter& out) const final;
  bool decode(base::ByteReader& in) final;
  std::size_t memory_bytes() const final;

 protected:
  struct Keeps {
    bool features = false;     // of each slate
    bool customers = false;    // an index of them, for slates_of
    std::size_t contacts = 0;  // at most, whatever the campaign's count
  };
  HistoryModel(const decision::Campaign& campaign, const Keeps& keeps);

  using Slates = std::map<ContactKey, PastSlate>;  // oldest first
  const Slates& slates() const { return slates_; }
  std::size_t selected() const { return contacts_; }  // contacts in all of them

  // The newest slates of a customer, oldest first, at most `limit`.
  std::vector<const PastSlate*> slates_of(std::uint64_t customer, std::size_t limit) const;

  static std::uint64_t feature_key(const std::string& value);  // as in PastSlate::features

 private:
  // A slate came in, with what is accepted of it, or dropped out.
  virtual void added(const PastSlate&) {}
  virtual void removed(const PastSlate&) {}
  // This contact of it, counted before as not accepted, was accepted.
  virtual void accepted(const PastSlate&, const PastContact&) {}
  // The last call of contact() is done.
  virtual void contacted() {}
  virtual void encode_own(base::ByteWriter&) const {}
  virtual bool decode_own(base::ByteReader&) { return true; }
  virtual void forget_own() {}
  virtual std::size_t own_bytes() const = 0;

  PastSlate past_slate(const Contacted& contacted);
  void insert(const ContactKey& key, PastSlate slate);
  void drop_oldest();
  bool decode_slate(base::ByteReader& in, ContactKey& last);

  base::Micros window_;
  std::size_t most_contacts_;
  std::size_t features_;
  bool by_customer_;
  Selection selection_;
  Slates slates_;
  std::map<std::pair<std::uint64_t, ContactKey>, const PastSlate*> customers_;
  std::size_t contacts_ = 0;
  base::Time cutoff_ = base::Time::min();      // slates of this date and older are outside of the window
  ContactKey left_out_{base::Time::min(), 0};  // and up to here the count has no room
};

}  // namespace proffer::bandit

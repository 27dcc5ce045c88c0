#include "bandit/network.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <vector>

#include "bandit/history_model.h"
#include "bandit/page_rank.h"
#include "base/limits.h"

namespace proffer::bandit {
namespace {

constexpr std::uint64_t least_meetings = 5;

// Slates in which one option stood beside another: what the other's contacts weighed there.
struct Meetings {
  std::uint64_t count = 0;
  std::int64_t shown = 0;
  std::int64_t accepted = 0;
};

struct Node {
  std::uint64_t contacts = 0;
  std::int64_t accepted = 0;
  std::map<decision::OptionId, Meetings> with;
};

class Network final : public HistoryModel {
 public:
  explicit Network(const decision::Campaign& campaign)
      : HistoryModel(campaign, {.features = false, .customers = false, .contacts = base::limits::network_contacts}),
        settings_(campaign.settings.network) {}

  void predict(const Moment&, std::span<const decision::OptionId> options, std::span<double> values) const override {
    std::ranges::fill(values, unknown_value);
    const auto nodes = known(options);
    if (nodes.empty()) return;
    const auto edges = edges_among(nodes, options);
    const auto ranks =
        page_rank(edges, personalisation(nodes), settings_.alpha, iterations(nodes.size(), edges.size()));
    for (std::size_t node = 0; node < nodes.size(); ++node) values[nodes[node].place] = ranks[node];
  }

 private:
  struct Known {
    std::size_t place;  // among the options asked about
    const Node* node;
  };
  using Places = std::unordered_map<decision::OptionId, std::uint32_t>;

  static Places places_of(std::span<const decision::OptionId> options) {
    Places places;
    for (std::uint32_t i = 0; i < options.size(); ++i) places.emplace(options[i], i);
    return places;
  }

  // Calls f(place, meetings) for each option asked about that the node has met.
  template <class F>
  static void for_each_met(const Node& node, const Places& places, F f) {
    for (const auto& [other, meetings] : node.with) {
      if (const auto found = places.find(other); found != places.end()) f(found->second, meetings);
    }
  }

  std::vector<Known> known(std::span<const decision::OptionId> options) const {
    const Places places = places_of(options);
    std::vector<Known> found;
    for (std::size_t i = 0; i < options.size(); ++i) {
      const auto node = nodes_.find(options[i]);
      if (node == nodes_.end()) continue;
      std::uint64_t met = 0;
      for_each_met(node->second, places, [&](auto, const Meetings& meetings) { met += meetings.count; });
      if (met >= least_meetings) found.push_back({i, &node->second});
    }
    return found;
  }

  static std::vector<RankEdge> edges_among(std::span<const Known> nodes, std::span<const decision::OptionId> options) {
    Places numbers;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) numbers.emplace(options[nodes[i].place], i);
    std::vector<RankEdge> edges;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      for_each_met(*nodes[i].node, numbers, [&](std::uint32_t other, const Meetings& meetings) {
        if (meetings.accepted == 0) return;
        edges.push_back({i, other, static_cast<double>(meetings.accepted) / static_cast<double>(meetings.shown)});
      });
    }
    return edges;
  }

  static std::vector<double> personalisation(std::span<const Known> nodes) {
    double sum = 0;
    for (const Known& known : nodes) sum += static_cast<double>(known.node->accepted);
    std::vector<double> shares;
    for (const Known& known : nodes) {
      shares.push_back(sum > 0 ? static_cast<double>(known.node->accepted) / sum
                               : 1 / static_cast<double>(nodes.size()));
    }
    return shares;
  }

  std::size_t iterations(std::size_t nodes, std::size_t edges) const {
    const std::size_t wanted = settings_.iterations > 0 ? settings_.iterations : nodes;
    return std::min(wanted, std::max<std::size_t>(1, base::limits::network_steps / (nodes + edges)));
  }

  void added(const PastSlate& slate) override { count(slate, 1); }
  void removed(const PastSlate& slate) override { count(slate, -1); }

  void count(const PastSlate& slate, std::int64_t sign) {
    const std::size_t places = std::min(slate.shown.size(), base::limits::network_places);
    for (std::size_t i = 0; i < places; ++i) {
      Node& node = nodes_[slate.shown[i].option];
      node.contacts += static_cast<std::uint64_t>(sign);
      if (slate.shown[i].accepted) node.accepted += sign * slate.shown[i].weight;
      for (std::size_t j = 0; j < places; ++j) {
        if (i != j) meet(node, slate.shown[j], sign);
      }
      if (node.contacts == 0) nodes_.erase(slate.shown[i].option);
    }
  }

  static void meet(Node& node, const PastContact& other, std::int64_t sign) {
    const auto entry = node.with.try_emplace(other.option).first;
    entry->second.count += static_cast<std::uint64_t>(sign);
    entry->second.shown += sign * other.weight;
    if (other.accepted) entry->second.accepted += sign * other.weight;
    if (entry->second.count == 0) node.with.erase(entry);
  }

  void accepted(const PastSlate& slate, const PastContact& contact) override {
    const std::size_t places = std::min(slate.shown.size(), base::limits::network_places);
    if (&contact >= slate.shown.data() + places) return;
    nodes_[contact.option].accepted += contact.weight;
    for (std::size_t i = 0; i < places; ++i) {
      if (slate.shown[i].option != contact.option)
        nodes_[slate.shown[i].option].with[contact.option].accepted += contact.weight;
    }
  }

  std::size_t own_bytes() const override {
    std::size_t bytes = 0;
    for (const auto& [option, node] : nodes_)
      bytes += hash_node_bytes + sizeof node + node.with.size() * (map_node_bytes + sizeof(Meetings));
    return bytes;
  }

  decision::AlgorithmSettings::Network settings_;
  std::unordered_map<decision::OptionId, Node> nodes_;
};

}  // namespace

std::unique_ptr<Model> make_network(const decision::Campaign& campaign) { return std::make_unique<Network>(campaign); }

}  // namespace proffer::bandit

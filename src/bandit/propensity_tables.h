// A cache of what propensities need of each arm: its law, and P(score > t) at the nodes of the grids it was seen on.
// Every entry is a pure function of its key, so what is cached never changes a result. One a thread; bounded in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "bandit/aligned.h"
#include "bandit/beta_law.h"
#include "bandit/place_counts.h"
#include "bandit/quadrature_grid.h"

namespace proffer::bandit {

class PropensityTables {
 public:
  using Arm = std::uint32_t;

  // A new decision: arms and grids named before are no longer valid. Here, and only here, old entries are dropped.
  void begin();

  // Equal shapes are the same arm. `guess` may be any number; where it is right, nothing is searched.
  Arm arm(double alpha, double beta, Arm guess = 0) {
    if (guess < current_.entries.size()) {
      const Entry& guessed = current_.entries[guess];
      if (guessed.alpha == alpha && guessed.beta == beta) return guess;
    }
    return find_arm(alpha, beta);
  }
  const BetaLaw& law(Arm arm) const { return current_.entries[arm].law; }

  // A number of the current decision's own, 0 at first.
  std::uint32_t& copies(Arm arm) {
    Entry& entry = current_.entries[arm];
    if (entry.decision != decision_) entry.copies = 0;
    entry.decision = decision_;
    return entry.copies;
  }

  // Adds what the arm needs, unless an arm of equal needs was added in this decision.
  void add_needs(Arm arm, Crowd crowd, PanelChooser& panels);

  const QuadratureGrid& grid(std::span<const Panel> panels);

  // P(score > x) at the nodes of the grid, from the first up to the last that the arm reaches; empty when it lies below
  // all of them. Nothing when the grid is too coarse for this arm: its mass, if all of it is covered, is not 1 to 1e-7.
  std::optional<std::span<const double>> tail(Arm arm, const QuadratureGrid& grid) {
    const Entry& entry = current_.entries[arm];
    if (entry.last.grid == grid.id) return std::span(entry.last.values, entry.last.size);
    return find_tail(arm, grid);
  }

  // Buffers for one decision, used again by the next.
  struct Workspace {
    std::vector<Arm> arms;      // one an arm of the candidates
    std::vector<Arm> distinct;  // those of the candidates that are not shown and have one arm, if they reach
    std::vector<double> lower;  // the ends of the laws of each candidate
    std::vector<double> low;
    std::vector<std::uint8_t> shown;             // one a candidate: is it shown?
    std::vector<std::span<const double>> tails;  // of candidates that are not shown
    AlignedDoubles mixture;                      // the tail of a candidate with several arms
    AlignedDoubles density;
    AlignedDoubles densities;       // of the shown candidates
    AlignedDoubles shown_mixtures;  // the tails of those with several arms
    std::vector<PlaceCounts::Shown> shown_laws;
    PanelChooser panels;
    PlaceCounts counts;
  };
  Workspace workspace;

  std::size_t memory_bytes() const;

 private:
  struct Table {
    std::uint64_t grid = 0;
    bool accurate = false;
    AlignedDoubles values;
  };
  struct LastTable {
    std::uint64_t grid = 0;
    const double* values = nullptr;
    std::size_t size = 0;
  };
  // What each decision reads comes first: one line of the cache, and the first of the law.
  struct alignas(64) Entry {
    double alpha;
    double beta;
    LastTable last = {};         // the accurate one that was asked for last
    std::uint64_t decision = 0;  // the last decision that asked for `copies`
    std::uint32_t copies = 0;
    std::uint32_t needs = 0;       // index of what its law needs
    std::uint32_t next_table = 0;  // the one to be replaced
    BetaLaw law;
    std::vector<Table> tables;  // a few
  };
  // What laws need, often many of them the same.
  struct SharedNeeds {
    PanelNeeds needs;
    std::uint64_t decision = 0;  // the last one to which they were added
  };
  // Open addressing: slots hold an index into entries plus 1.
  struct Generation {
    std::vector<Entry> entries;
    std::vector<std::uint32_t> slots;
    std::vector<SharedNeeds> needs;
    std::vector<std::uint32_t> needs_slots;  // of those last seen with such a hash, plus 1
    std::size_t table_bytes = 0;

    std::uint32_t& slot(double alpha, double beta);
    Arm insert(Entry entry, const PanelNeeds& needs);
    std::uint32_t share(const PanelNeeds& needs);
    void grow();
    std::size_t bytes() const;
  };

  Arm find_arm(double alpha, double beta);
  std::optional<std::span<const double>> find_tail(Arm arm, const QuadratureGrid& grid);
  Table make_table(const BetaLaw& law, const QuadratureGrid& grid);

  std::uint64_t decision_ = 0;
  std::uint64_t grids_made_ = 0;
  Generation current_;
  Generation previous_;
  std::vector<std::unique_ptr<QuadratureGrid>> grids_;
};

}  // namespace proffer::bandit

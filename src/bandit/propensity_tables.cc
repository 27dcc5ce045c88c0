#include "bandit/propensity_tables.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "bandit/gauss_legendre.h"
#include "bandit/vector_kernels.h"
#include "base/limits.h"
#include "base/random.h"

namespace proffer::bandit {
namespace {

constexpr std::size_t most_grids = 64;
constexpr std::size_t most_tables = 4;  // of one arm
constexpr std::size_t slots_of_needs = 1024;
constexpr double mass_tolerance = 1e-7;

std::uint64_t hash(double alpha, double beta) {
  return base::mix64(std::bit_cast<std::uint64_t>(alpha) * 0x9e3779b97f4a7c15ULL + std::bit_cast<std::uint64_t>(beta));
}

std::uint64_t hash_of(const PanelNeed& need, std::uint64_t before) {
  const std::uint64_t ends = hash(need.begin, need.end);
  return base::mix64(before ^ (ends + static_cast<std::uint64_t>(need.exponent)));
}

}  // namespace

// The slot of these shapes, or the empty one where they belong. At most half of the slots are taken.
std::uint32_t& PropensityTables::Generation::slot(double alpha, double beta) {
  const std::size_t mask = slots.size() - 1;
  for (std::size_t i = hash(alpha, beta) & mask;; i = (i + 1) & mask) {
    if (slots[i] == 0) return slots[i];
    const Entry& entry = entries[slots[i] - 1];
    if (entry.alpha == alpha && entry.beta == beta) return slots[i];
  }
}

void PropensityTables::Generation::grow() {
  slots.assign(std::max<std::size_t>(64, 2 * slots.size()), 0);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    slot(entries[i].alpha, entries[i].beta) = static_cast<std::uint32_t>(i + 1);
  }
}

// Found again by a hash that has one slot; where two collide, the same needs may stand here twice.
std::uint32_t PropensityTables::Generation::share(const PanelNeeds& wanted) {
  needs_slots.resize(slots_of_needs);
  std::uint64_t hash = 0;
  for (const auto& need : wanted.always) hash = hash_of(need, hash);
  for (const auto& need : wanted.upper_core) hash = hash_of(need, hash);
  std::uint32_t& slot = needs_slots[hash % slots_of_needs];
  if (slot == 0 || needs[slot - 1].needs != wanted) {
    needs.push_back({wanted, 0});
    slot = static_cast<std::uint32_t>(needs.size());
  }
  return slot - 1;
}

PropensityTables::Arm PropensityTables::Generation::insert(Entry entry, const PanelNeeds& needed) {
  if (2 * (entries.size() + 1) > slots.size()) grow();
  for (const Table& table : entry.tables) table_bytes += sizeof(Table) + table.values.size() * sizeof(double);
  entry.needs = share(needed);
  entries.push_back(std::move(entry));
  slot(entries.back().alpha, entries.back().beta) = static_cast<std::uint32_t>(entries.size());
  return static_cast<Arm>(entries.size() - 1);
}

std::size_t PropensityTables::Generation::bytes() const {
  return table_bytes + entries.capacity() * sizeof(Entry) + needs.capacity() * sizeof(SharedNeeds) +
         (slots.capacity() + needs_slots.capacity()) * sizeof(std::uint32_t);
}

// Two generations: what is asked for moves to the younger one, and when that is full the elder one goes.
void PropensityTables::begin() {
  ++decision_;
  if (current_.bytes() > base::limits::propensity_table_bytes / 2) previous_ = std::exchange(current_, {});
  if (grids_.size() > most_grids) grids_.clear();
}

PropensityTables::Arm PropensityTables::find_arm(double alpha, double beta) {
  if (current_.slots.empty()) current_.grow();
  if (const std::uint32_t known = current_.slot(alpha, beta); known != 0) return known - 1;
  if (!previous_.slots.empty()) {
    if (const std::uint32_t known = previous_.slot(alpha, beta); known != 0) {
      Entry& elder = previous_.entries[known - 1];
      return current_.insert({.alpha = alpha,
                              .beta = beta,
                              .next_table = elder.next_table,
                              .law = elder.law,
                              .tables = std::exchange(elder.tables, {})},
                             previous_.needs[elder.needs].needs);
    }
  }
  const BetaLaw law(alpha, beta);
  return current_.insert({.alpha = alpha, .beta = beta, .law = law, .tables = {}}, needs_of(law));
}

void PropensityTables::add_needs(Arm arm, Crowd crowd, PanelChooser& panels) {
  SharedNeeds& shared = current_.needs[current_.entries[arm].needs];
  if (std::exchange(shared.decision, decision_) == decision_) return;
  for (const PanelNeed& need : shared.needs.always) panels.add(need);
  panels.add(shared.needs.upper_core[crowd]);
}

const QuadratureGrid& PropensityTables::grid(std::span<const Panel> panels) {
  for (const auto& known : grids_) {
    if (std::ranges::equal(known->panels, panels)) return *known;
  }
  return *grids_.emplace_back(std::make_unique<QuadratureGrid>(++grids_made_, panels));
}

std::optional<std::span<const double>> PropensityTables::find_tail(Arm arm, const QuadratureGrid& grid) {
  Entry& entry = current_.entries[arm];
  auto known = std::ranges::find(entry.tables, grid.id, &Table::grid);
  if (known == entry.tables.end()) {
    if (entry.tables.size() < most_tables) {
      entry.tables.emplace_back();
      current_.table_bytes += sizeof(Table);
    }
    known = entry.tables.begin() + entry.next_table;
    entry.next_table = (entry.next_table + 1) % most_tables;
    entry.last = {};  // it may be the one that goes
    current_.table_bytes -= known->values.size() * sizeof(double);
    *known = make_table(entry.law, grid);
    current_.table_bytes += known->values.size() * sizeof(double);
  }
  if (!known->accurate) return std::nullopt;
  entry.last = {grid.id, known->values.data(), known->values.size()};
  return std::span<const double>(known->values);
}

PropensityTables::Table PropensityTables::make_table(const BetaLaw& law, const QuadratureGrid& grid) {
  const std::size_t panels = grid.panels_below(law.upper);
  const std::size_t size = panels * GaussLegendre::points;
  workspace.density.resize(std::max(workspace.density.size(), size));
  density_on(grid, law, {workspace.density.data(), size});
  Table table{grid.id, true, AlignedDoubles(size)};
  const double mass =
      vector_kernels().integrate(workspace.density.data(), grid.half_width.data(), table.values.data(), panels);
  const bool covered = law.lower >= grid.panels.front().begin();
  table.accurate = covered ? std::abs(mass - 1) < mass_tolerance : mass < 1 + mass_tolerance;
  return table;
}

std::size_t PropensityTables::memory_bytes() const { return current_.bytes() + previous_.bytes(); }

}  // namespace proffer::bandit

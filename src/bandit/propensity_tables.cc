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
constexpr double mass_tolerance = 1e-7;

std::uint64_t hash(double alpha, double beta) {
  return base::mix64(std::bit_cast<std::uint64_t>(alpha) * 0x9e3779b97f4a7c15ULL + std::bit_cast<std::uint64_t>(beta));
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

PropensityTables::Arm PropensityTables::Generation::insert(Entry entry) {
  if (2 * (entries.size() + 1) > slots.size()) grow();
  for (const Table& table : entry.tables) table_bytes += sizeof(Table) + table.values.size() * sizeof(double);
  entries.push_back(std::move(entry));
  slot(entries.back().alpha, entries.back().beta) = static_cast<std::uint32_t>(entries.size());
  return static_cast<Arm>(entries.size() - 1);
}

std::size_t PropensityTables::Generation::bytes() const {
  return table_bytes + entries.capacity() * sizeof(Entry) + slots.capacity() * sizeof(std::uint32_t);
}

// Two generations: what is asked for moves to the younger one, and when that is full the elder one goes.
void PropensityTables::begin() {
  ++decision_;
  if (current_.bytes() > base::limits::propensity_table_bytes / 2) previous_ = std::exchange(current_, {});
  if (grids_.size() > most_grids) grids_.clear();
}

PropensityTables::Arm PropensityTables::arm(double alpha, double beta, Arm guess) {
  if (guess < current_.entries.size()) {
    const Entry& guessed = current_.entries[guess];
    if (guessed.alpha == alpha && guessed.beta == beta) return guess;
  }
  if (current_.slots.empty()) current_.grow();
  if (const std::uint32_t known = current_.slot(alpha, beta); known != 0) return known - 1;
  if (!previous_.slots.empty()) {
    if (const std::uint32_t known = previous_.slot(alpha, beta); known != 0) {
      Entry& elder = previous_.entries[known - 1];
      return current_.insert({alpha, beta, elder.law, 0, 0, elder.next_table, std::exchange(elder.tables, {})});
    }
  }
  return current_.insert({alpha, beta, BetaLaw(alpha, beta), 0, 0, 0, {}});
}

std::uint32_t& PropensityTables::copies(Arm arm) {
  Entry& entry = current_.entries[arm];
  if (std::exchange(entry.decision, decision_) != decision_) entry.copies = 0;
  return entry.copies;
}

const QuadratureGrid& PropensityTables::grid(std::span<const Panel> panels) {
  for (const auto& known : grids_) {
    if (std::ranges::equal(known->panels, panels)) return *known;
  }
  return *grids_.emplace_back(std::make_unique<QuadratureGrid>(++grids_made_, panels));
}

std::optional<std::span<const double>> PropensityTables::tail(Arm arm, const QuadratureGrid& grid) {
  Entry& entry = current_.entries[arm];
  auto known = std::ranges::find(entry.tables, grid.id, &Table::grid);
  if (known == entry.tables.end()) {
    if (entry.tables.size() < most_tables) {
      entry.tables.emplace_back();
      current_.table_bytes += sizeof(Table);
    }
    known = entry.tables.begin() + entry.next_table;
    entry.next_table = (entry.next_table + 1) % most_tables;
    current_.table_bytes -= known->values.size() * sizeof(double);
    *known = make_table(entry.law, grid);
    current_.table_bytes += known->values.size() * sizeof(double);
  }
  if (!known->accurate) return std::nullopt;
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

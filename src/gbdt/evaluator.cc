#include "gbdt/evaluator.h"

#include <algorithm>
#include <array>
#include <map>

namespace proffer::gbdt {
namespace {

constexpr std::size_t slot_size = 255;
constexpr std::size_t block_rows = 128;
constexpr std::uint8_t other_value = 255;

// How many borders lie below the value.
std::uint8_t bin_of(std::span<const float> borders, float value) {
  const float* low = borders.data();
  for (std::size_t n = borders.size(); n > 0;) {
    const std::size_t half = (n + 1) / 2;
    low += low[half - 1] < value ? half : 0;
    n -= half;
  }
  return static_cast<std::uint8_t>(low - borders.data());
}

std::uint8_t index_of(std::span<const std::int32_t> values, std::int32_t value) {
  const auto found = std::ranges::find(values, value);
  return found == values.end() ? other_value : static_cast<std::uint8_t>(found - values.begin());
}

const std::vector<float>& borders_of(const Model& model, Split::Kind kind, std::uint32_t feature) {
  return kind == Split::Kind::number ? model.numbers[feature].borders : model.statistics[feature].borders;
}

// The thresholds that trees ask for, by kind and feature.
using Asked = std::map<std::pair<Split::Kind, std::uint32_t>, std::vector<std::uint32_t>>;

Asked asked_by(const std::vector<Tree>& trees) {
  Asked asked;
  for (const auto& tree : trees) {
    for (const auto& split : tree.splits) asked[{split.kind, split.feature}].push_back(split.threshold);
  }
  for (auto& [feature, thresholds] : asked) {
    std::ranges::sort(thresholds);
    thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  }
  return asked;
}

}  // namespace

Evaluator::Evaluator(std::shared_ptr<const Model> model) : model_(std::move(model)) {
  make_slots();
  for (const auto& tree : model_->trees) add_tree(tree);
}

void Evaluator::make_slots() {
  for (const auto& [feature, thresholds] : asked_by(model_->trees)) {
    const auto [kind, index] = feature;
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      if (i % slot_size == 0) slots_.push_back({kind, index, {}, {}});
      if (kind == Split::Kind::one_hot) {
        slots_.back().values.push_back(model_->one_hots[index].values[thresholds[i]]);
      } else {
        slots_.back().borders.push_back(borders_of(*model_, kind, index)[thresholds[i]]);
      }
    }
  }
}

void Evaluator::add_tree(const Tree& tree) {
  shapes_.push_back({static_cast<std::uint32_t>(tree.splits.size()), static_cast<std::uint32_t>(leaves_.size())});
  leaves_.insert(leaves_.end(), tree.leaf_values.begin(), tree.leaf_values.end());
  for (const auto& split : tree.splits) questions_.push_back(question_of(split));
}

// Slots stand in the order of what they hold, so the first that can answer is the one.
Evaluator::Question Evaluator::question_of(const Split& split) const {
  auto slot =
      std::ranges::find_if(slots_, [&](const Slot& s) { return s.kind == split.kind && s.feature == split.feature; });
  const auto here = [&] { return static_cast<std::uint32_t>(slot - slots_.begin()); };
  if (split.kind == Split::Kind::one_hot) {
    const auto value = model_->one_hots[split.feature].values[split.threshold];
    while (index_of(slot->values, value) == other_value) ++slot;
    return {here(), static_cast<std::uint8_t>(~index_of(slot->values, value)), 255};
  }
  const auto border = borders_of(*model_, split.kind, split.feature)[split.threshold];
  while (slot->borders.back() < border) ++slot;
  return {here(), 0, static_cast<std::uint8_t>(bin_of(slot->borders, border) + 1)};
}

std::uint8_t Evaluator::byte_of(const Slot& slot, const Row& row) const {
  switch (slot.kind) {
    case Split::Kind::number:
      return bin_of(slot.borders, counted_number(model_->numbers[slot.feature], row.numbers[slot.feature]));
    case Split::Kind::one_hot:
      return index_of(slot.values, row.categories[model_->one_hots[slot.feature].category]);
    case Split::Kind::statistic:
      break;
  }
  const auto& feature = model_->statistics[slot.feature];
  const auto hash = projection_hash(*model_, model_->tables[feature.table].projection, row);
  return bin_of(slot.borders, statistic_value(*model_, feature, hash));
}

void Evaluator::fill_bytes(const Row& row, std::uint8_t* out) const {
  for (const auto& slot : slots_) *out++ = byte_of(slot, row);
}

double Evaluator::raw(const Row& row, Scratch& scratch) const {
  scratch.resize(slots_.size());
  fill_bytes(row, scratch.data());
  double sum = 0;
  const Question* question = questions_.data();
  for (const auto& shape : shapes_) {
    std::uint32_t leaf = 0;
    for (std::uint32_t level = 0; level < shape.depth; ++level, ++question)
      leaf |= static_cast<std::uint32_t>((scratch[question->slot] ^ question->flip) >= question->least) << level;
    sum += leaves_[shape.leaf + leaf];
  }
  return model_->scale * sum + model_->bias;
}

void Evaluator::leaves(const Row& row, Scratch& scratch, std::span<std::uint32_t> out) const {
  scratch.resize(slots_.size());
  fill_bytes(row, scratch.data());
  const Question* question = questions_.data();
  for (std::size_t t = 0; t < shapes_.size(); ++t) {
    out[t] = 0;
    for (std::uint32_t level = 0; level < shapes_[t].depth; ++level, ++question)
      out[t] |= static_cast<std::uint32_t>((scratch[question->slot] ^ question->flip) >= question->least) << level;
  }
}

// `bytes` holds a block of each slot, one after the other. The loops over rows are of fixed length, so that the
// compiler makes vector code of them.
void Evaluator::add_block(const std::uint8_t* bytes, std::span<double> out) const {
  std::array<std::uint8_t, block_rows> low, high;
  const Question* question = questions_.data();
  for (const auto& shape : shapes_) {
    low.fill(0);
    if (shape.depth > 8) high.fill(0);
    for (std::uint32_t level = 0; level < shape.depth; ++level, ++question) {
      const std::uint8_t* const column = bytes + question->slot * block_rows;
      const std::uint8_t flip = question->flip, least = question->least;
      const auto bit = static_cast<std::uint8_t>(1u << (level % 8));
      auto& index = level < 8 ? low : high;
      for (std::size_t r = 0; r < block_rows; ++r)
        index[r] = static_cast<std::uint8_t>(index[r] | ((column[r] ^ flip) >= least ? bit : 0));
    }
    const double* const leaf = leaves_.data() + shape.leaf;
    if (shape.depth <= 8) {
      for (std::size_t r = 0; r < out.size(); ++r) out[r] += leaf[low[r]];
    } else {
      for (std::size_t r = 0; r < out.size(); ++r) out[r] += leaf[low[r] | (high[r] << 8)];
    }
  }
}

void Evaluator::raw(const Columns& columns, std::span<double> out) const {
  std::vector<std::uint8_t> bytes(slots_.size() * block_rows);
  std::vector<float> numbers(columns.numbers.size());
  std::vector<std::int32_t> categories(columns.categories.size());
  std::vector<std::uint8_t> row_bytes(slots_.size());
  for (std::size_t begin = 0; begin < out.size(); begin += block_rows) {
    const auto block = out.subspan(begin, std::min(block_rows, out.size() - begin));
    for (std::size_t r = 0; r < block.size(); ++r) {
      for (std::size_t f = 0; f < numbers.size(); ++f) numbers[f] = columns.numbers[f][begin + r];
      for (std::size_t f = 0; f < categories.size(); ++f) categories[f] = columns.categories[f][begin + r];
      fill_bytes({numbers, categories}, row_bytes.data());
      for (std::size_t s = 0; s < slots_.size(); ++s) bytes[s * block_rows + r] = row_bytes[s];
    }
    std::ranges::fill(block, 0.0);
    add_block(bytes.data(), block);
    for (auto& score : block) score = model_->scale * score + model_->bias;
  }
}

}  // namespace proffer::gbdt

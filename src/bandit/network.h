// `Network`: PageRank among the options asked about, along acceptances of what was shown together.
//
//   w(i -> j) = accepted_j / shown_j         over the slates in which both i and j stood
//   PR(u) = (1 - alpha) pers(u) + alpha * sum over v of PR(v) * w(v -> u) / (sum over k of w(v -> k))
//   pers(u) = accepted_u / accepted, in all slates; equal where nothing was accepted
//
// from equal ranks, `iterations` times or, where none are given, as many times as there are options; fewer when ranks
// do not change any more. An option from which no edge leads hands its rank on by pers. Brin and Page, "The anatomy of
// a large-scale hypertextual web search engine", 1998; personalised as in Page, Brin, Motwani and Winograd, 1999,
// section 6.
//
// Options that stood together with the others fewer than five times are unknown, and take no part.
#pragma once

#include <memory>

#include "bandit/model.h"

namespace proffer::bandit {

// Of a slate the first limits::network_places take part. predict is O(edges among the options * iterations).
std::unique_ptr<Model> make_network(const decision::Campaign& campaign);

}  // namespace proffer::bandit

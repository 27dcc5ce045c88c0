#pragma once

namespace proffer::bandit {

// Of one candidate: that it gets this place, and that it gets any.
struct Chances {
  double slot = 0;
  double slate = 0;
};

}  // namespace proffer::bandit

//! Build the world from a scenario, run it, judge it, report it.

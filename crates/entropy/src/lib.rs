//! The operating system's randomness, seeded: what a thread draws from getrandom(2) follows from a seed.

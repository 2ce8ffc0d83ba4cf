//! The language: what is right, what is wrong, and what is said about it. One program for all, as linking many takes longer than running them.

mod composition;
mod diagnostics;
mod field;
mod language;
mod listings;
mod mutations;
mod ranges;
mod tree;

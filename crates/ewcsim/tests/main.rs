//! Integration tests: runs, reports, commands, documents, and real programs. All are one program, because linking many takes
//! longer.

mod capture;
mod causes;
mod cli;
mod common;
mod determinism;
mod docs;
mod durations;
mod field_samples;
mod interop;
mod intervals;
mod kills;
mod memory;
mod new;
mod outside;
mod parsers;
mod pasted;
mod power_cuts;
mod published;
mod quirks;
mod redundancy;
mod secrets;
mod suite;
mod timeline;
mod unverified;
mod upgrade_cuts;

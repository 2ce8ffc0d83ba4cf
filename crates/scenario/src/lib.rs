//! The YAML language of scenarios.

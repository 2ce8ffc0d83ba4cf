//! What is known of models, timings, limits and dialects: data files with source and confidence.

//! Any text is read as configuration, and what is said of it points into it.
#![no_main]

use ewc::ControllerConfig;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.lines().collect();
    match ControllerConfig::parse(text) {
        Ok(config) => {
            let warnings = config.warnings.iter().map(|each| each.line);
            let not_modelled = config.not_modelled.iter().map(|each| each.line);
            let others = config.not_about_images.iter().map(|each| each.line);
            for line in warnings.chain(not_modelled).chain(others) {
                assert!((1..=lines.len()).contains(&line));
            }
            // More of the same is appended when a controller is configured again.
            assert!(ControllerConfig::parse(&format!("{text}\nend\n{text}")).is_ok());
        }
        Err(errors) => {
            assert!(!errors.0.is_empty());
            for error in &errors.0 {
                let line = lines[error.line - 1];
                assert!((1..=line.chars().count() + 1).contains(&error.column));
            }
        }
    }
});

//! Whatever the files say, a scenario is read, composed, checked and drawn, or all that is wrong with it is rendered.
//!
//! The input is a scenario, and behind a line `%` what it can extend, behind another one what it can name as a listing or
//! configuration.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use scenario::{MemoryFiles, Template};

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    let mut parts = text.splitn(3, "\n%\n");
    let [main, lab, named] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    let files = MemoryFiles::default().with("s.yaml", main).with("lab.yaml", lab).with("named", named);
    let set = [("p".to_owned(), "1".to_owned())];
    match Template::load_with(Path::new("s.yaml"), &files, &set) {
        Err(problems) => assert!(!problems.render(false).is_empty()),
        Ok(template) => {
            for seed in [1, 2] {
                match template.draw(Some(seed)) {
                    Ok(scenario) => assert_eq!(scenario.seed, seed),
                    Err(problems) => assert!(!problems.items().is_empty()),
                }
            }
        }
    }
});

//! `ewcsim check`.

use std::io::{self, Write};

use scenario::Choices;

use super::load::Sources;
use super::{CheckArgs, color_on_stderr};
use crate::ending::Ending;
use crate::report::access_points;
use crate::verdict::quirks_in_force;
use crate::world::Loaded;
use text::numbers::count;

/// Checks every scenario, even after one of them is wrong.
pub(super) fn check(args: &CheckArgs) -> Ending {
    let choices = Choices { seed: None, set: args.set.set.clone(), ..Choices::default() };
    let sources = match Sources::open(&args.scenarios, &args.allow) {
        Ok(sources) => sources,
        Err(ending) => return ending,
    };
    let verbose = args.verbose.verbose;
    let mut exit = Ending::Passed;
    let mut printed = Ending::Passed;
    // A problem of standard output is told once.
    let mut print = |text: &str| {
        if printed == Ending::Passed {
            printed = super::print(text);
        }
        printed
    };
    for path in &args.scenarios {
        match sources.load_any(path, &choices) {
            Err(diagnostics) => {
                let _ = write!(io::stderr(), "{}", diagnostics.verbose(verbose).render(color_on_stderr()));
                exit = exit.max(Ending::InvalidInput);
            }
            Ok(Loaded::Lab) => {
                exit = exit.max(print(&format!("{}: a lab, only for scenarios to extend\n", path.display())));
            }
            Ok(Loaded::Scenario(prepared)) => {
                let scenario = &prepared.scenario;
                let warnings_shown = scenario.diagnostics(prepared.warnings.clone()).verbose(verbose);
                let warnings = warnings_shown.shown().count();
                let rendered = warnings_shown.render(color_on_stderr());
                let _ = write!(io::stderr(), "{rendered}");
                let line = format!(
                    "{}: {}, {}{}\n",
                    path.display(),
                    access_points(scenario),
                    count(scenario.expect.len(), "expectation"),
                    if warnings > 0 { format!(", {}", count(warnings, "warning")) } else { String::new() },
                );
                exit = exit.max(print(&line));
                for quirk in quirks_in_force(&prepared) {
                    exit = exit.max(print(&format!("  known defect: {quirk}\n")));
                }
            }
        }
    }
    exit
}

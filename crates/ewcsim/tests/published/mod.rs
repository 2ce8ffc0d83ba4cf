//! Inputs as people have published them, each with its right outcome: configurations of servers, of controllers and of firewalls.

mod facts;
mod failures;
mod lists;
mod plan;
mod recipes;
mod releases;
mod sshd;
mod tftp;

use std::path::Path;

use ewcsim::{Finished, Prepared, Verdict};
use scenario::{Diagnostics, MemoryFiles};

use crate::common::{lines, run};

/// A scenario and the files beside it.
#[derive(Clone, Default)]
struct Night {
    files: MemoryFiles,
    text: String,
}

impl Night {
    /// Makes a scenario of this text.
    fn new(text: String) -> Self {
        Self { files: MemoryFiles::default(), text }
    }

    /// Adds a file beside it.
    fn with(self, name: &str, content: &str) -> Self {
        Self { files: self.files.with(name, content), ..self }
    }

    fn load(&self) -> Result<Prepared, Diagnostics> {
        let files = self.files.clone().with("night.yaml", self.text.clone());
        ewcsim::load(Path::new("night.yaml"), &files)
    }

    /// Runs it.
    fn run(&self) -> Finished {
        let prepared =
            self.load().unwrap_or_else(|problems| panic!("{}\n{}", problems.render(false), self.text));
        run(&prepared, None)
    }

    /// Checks that it passes.
    fn passes(&self) {
        let finished = self.run();
        assert_eq!(finished.verdict(), Verdict::Passed, "{}\n{:?}", self.text, finished.judgements);
    }

    /// Checks that it fails, and that the log of `host` says why.
    fn fails(&self, host: &str, why: &str) {
        let finished = self.run();
        assert_eq!(finished.verdict(), Verdict::Failed, "{}", self.text);
        let log = lines(&finished, host);
        assert!(log.iter().any(|line| line.contains(why)), "{}\n{log:#?}", self.text);
    }

    /// Checks that it does not run because `name` is not modelled; and that it runs, but does not pass, where that is accepted.
    fn is_not_modelled(&self, name: &str) {
        let Err(problems) = self.load() else { panic!("it runs:\n{}", self.text) };
        let names: Vec<_> = problems.items().iter().filter_map(|item| item.name_of_not_modelled()).collect();
        assert!(names.contains(&name), "{names:?}\n{}", problems.render(false));
        let accepting =
            Self { text: format!("{}accept_unmodelled: [\"{name}\"]\n", self.text), ..self.clone() };
        let finished = accepting.run();
        assert_ne!(finished.verdict(), Verdict::Passed, "{}", self.text);
        assert!(finished.not_modelled.iter().any(|it| it.name == name), "{:?}", finished.not_modelled);
    }

    /// Checks that it is refused with this message.
    fn is_refused(&self, message: &str) {
        let Err(problems) = self.load() else { panic!("it runs:\n{}", self.text) };
        assert!(problems.render(false).contains(message), "{}", problems.render(false));
    }
}

//! A scenario before it is settled: read and checked once, drawn for as many seeds as are wanted.

use std::fmt;
use std::path::Path;

use crate::compose::{Setting, Source, compose};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::files::{FileError, Files};
use crate::language::{self, check_part};
use crate::model::Scenario;
use crate::ranges::{Settle, Settled};
use crate::resolve::{Resolved, SEED, own_seed, resolve};
use crate::source::Sources;
use crate::texts::Texts;

/// What the caller decides about a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// The seed of every random choice; the scenario's own, or 1, where there is none.
    pub seed: Option<u64>,
    /// Parameters by name, in place of their defaults; of several the last counts.
    pub set: Vec<(String, String)>,
}

/// A scenario whose text has been read and checked, whatever its ranges come to.
///
/// [`Template::draw`] settles the ranges for one seed; it reads no file.
pub struct Template {
    source: Source,
    texts: Texts,
    /// What is only wrong at an end of a range, and does not keep it from running.
    warnings: Vec<Diagnostic>,
    /// The scenario, where no range makes another one of it.
    fixed: Option<Box<Scenario>>,
}

impl Template {
    /// [`Template::load_with`] nothing set.
    ///
    /// # Errors
    /// Every problem there is; of a text that is not valid YAML, the first.
    pub fn load(path: &Path, files: &dyn Files) -> Result<Self, Diagnostics> {
        Self::load_with(path, files, &[])
    }

    /// Reads the scenario at `path`, what it extends and the files it names, with parameters as in `set`, and checks it; where it has ranges, at both their ends, so that no seed
    /// finds a mistake that another does not.
    ///
    /// # Errors
    /// Every problem there is; of a text that is not valid YAML, the first.
    pub fn load_with(path: &Path, files: &dyn Files, set: &[(String, String)]) -> Result<Self, Diagnostics> {
        let mut texts = Texts::default();
        let source = match compose(path, files, &mut texts, set) {
            Ok(source) => source,
            Err(problems) => return Err(Diagnostics::new(texts.sources, problems)),
        };
        if source.lab.is_some() {
            return lab(source, texts);
        }
        let low = resolve(&source, files, texts, Settle::Low);
        if low.settled.is_empty() {
            let (scenario, texts) = finish(low, &source.set)?;
            return Ok(Self { source, texts, warnings: Vec::new(), fixed: Some(Box::new(scenario)) });
        }
        let high = resolve(&source, files, low.texts.clone(), Settle::High);
        let problems = at_the_ends(&low, &high);
        let texts = high.texts;
        let (errors, warnings): (Vec<_>, Vec<_>) =
            problems.into_iter().partition(|problem| problem.severity() == Severity::Error);
        if !errors.is_empty() {
            return Err(Diagnostics::new(texts.sources, errors.into_iter().chain(warnings).collect()));
        }
        Ok(Self { source, texts, warnings, fixed: None })
    }

    /// Whether this is only there to be extended: it has been checked, and cannot be drawn.
    pub fn is_lab(&self) -> bool {
        self.source.lab.is_some()
    }

    /// The scenario under `seed`; its own, or 1, where there is none. A value that is drawn depends on the seed and on the path of
    /// its key alone.
    ///
    /// # Errors
    /// That this is a lab; or what is wrong between the ends of ranges only.
    pub fn draw(&self, seed: Option<u64>) -> Result<Scenario, Diagnostics> {
        if let Some(lab) = self.source.lab {
            let problem = Diagnostic::error("a lab is there to be extended, and does not run by itself")
                .at(lab, "this makes it one")
                .help(format!("write a scenario that says `extends: {}`", self.file_name()));
            return Err(Diagnostics::new(self.texts.sources.clone(), vec![problem]));
        }
        if let Some(fixed) = &self.fixed {
            let mut scenario = Scenario::clone(fixed);
            scenario.seed = seed.unwrap_or(scenario.seed);
            return Ok(scenario);
        }
        let seed = seed.or_else(|| own_seed(&self.source.root)).unwrap_or(SEED);
        let drawn = resolve(&self.source, &AllRead, self.texts.clone(), Settle::Seed(seed));
        let (mut scenario, _) = finish(drawn, &self.source.set)?;
        let new = self
            .warnings
            .iter()
            .filter(|warning| !scenario.warnings.iter().any(|known| same(known, warning)));
        let new: Vec<Diagnostic> = new.cloned().collect();
        scenario.warnings.extend(new);
        Ok(scenario)
    }

    fn file_name(&self) -> String {
        let name = self.source.path.file_name().map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| self.source.path.display().to_string())
    }
}

/// A lab, checked as far as a part of a scenario can be.
fn lab(mut source: Source, texts: Texts) -> Result<Template, Diagnostics> {
    check_part::<language::Scenario>(&mut source.reader, &source.root);
    let problems = std::mem::take(&mut source.reader.problems);
    if problems.is_empty() {
        Ok(Template { source, texts, warnings: Vec::new(), fixed: None })
    } else {
        Err(Diagnostics::new(texts.sources, once(problems)))
    }
}

/// Not the tree, which may hold passwords.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("path", &self.source.path).finish_non_exhaustive()
    }
}

impl Scenario {
    /// Reads and checks a scenario and the files it names, and settles its ranges for its own seed.
    ///
    /// # Errors
    /// Every problem there is; of a text that is not valid YAML, the first.
    pub fn load(path: &Path, files: &dyn Files) -> Result<Self, Diagnostics> {
        Template::load(path, files)?.draw(None)
    }
}

/// The scenario with its warnings, unless there are errors.
fn finish(resolved: Resolved, set: &[Setting]) -> Result<(Scenario, Texts), Diagnostics> {
    let problems = once(resolved.problems);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| problem.severity() == Severity::Error);
    match resolved.scenario {
        Some(scenario) if errors.is_empty() => {
            let sources: Sources = resolved.texts.sources.clone();
            let starred = |setting: &Setting| match sources.is_secret(&setting.name) {
                true => Setting { value: "*".repeat(setting.value.len()), ..setting.clone() },
                false => setting.clone(),
            };
            let set = set.iter().map(starred).collect();
            let title = sources.censored(&scenario.title).into_owned();
            Ok((Scenario { title, set, sources, warnings, ..scenario }, resolved.texts))
        }
        _ => Err(Diagnostics::new(resolved.texts.sources, errors.into_iter().chain(warnings).collect())),
    }
}

/// Each problem once: what is inherited by many is wrong in all of them.
fn once(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut known = Vec::new();
    for problem in problems {
        if !known.contains(&problem) {
            known.push(problem);
        }
    }
    known
}

/// The problems at both ends of all ranges, each once; those of one end say which it is.
fn at_the_ends(low: &Resolved, high: &Resolved) -> Vec<Diagnostic> {
    let mut problems: Vec<Diagnostic> = Vec::new();
    for (here, there, end) in [(low, high, "low"), (high, low, "high")] {
        for problem in &here.problems {
            if problems.iter().any(|known| same(known, problem)) {
                continue;
            }
            let everywhere = there.problems.iter().any(|other| same(other, problem));
            problems.push(with_end(problem.clone(), &here.settled, (!everywhere).then_some(end)));
        }
    }
    problems
}

/// Says which end of which range a problem comes from; `end` is the one that alone has it.
fn with_end(problem: Diagnostic, settled: &[Settled], end: Option<&str>) -> Diagnostic {
    match (settled.iter().find(|settled| problem.points_at(settled.span)), end) {
        (Some(Settled { range, value, .. }), _) => {
            problem.help(format!("this is so with `{value}`, one end of the range `{range}`"))
        }
        (None, Some(end)) => problem.help(format!("this is so where ranges come to their {end} ends")),
        (None, None) => problem,
    }
}

/// Whether two problems say the same of the same place.
fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.severity() == b.severity() && a.message() == b.message() && a.span() == b.span()
}

/// Stands in for the files when all have been read.
struct AllRead;

impl Files for AllRead {
    fn read(&self, _: &Path, _: u64) -> Result<Vec<u8>, FileError> {
        Err(FileError::NotFound)
    }

    fn list(&self, _: &Path) -> Result<Vec<(String, u64)>, FileError> {
        Err(FileError::NotFound)
    }
}

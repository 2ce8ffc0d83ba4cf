//! A scenario before its ranges are settled: read and checked once, drawn for any number of seeds.

use std::fmt;
use std::path::Path;

use crate::compose::{Setting, Source, compose};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::files::{FileError, Files};
use crate::language::{self, check_part};
use crate::model::Scenario;
use crate::ranges::{Settle, Settled};
use crate::resolve::{Resolved, SEED, own_seed, resolve};
use crate::source::{FileId, Sources};
use crate::texts::Texts;
use crate::variation::Faults;
use crate::yaml::Node;

/// The choices that the caller makes for a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// The seed of every random choice; by default the scenario's own, or 1 if it has none.
    pub seed: Option<u64>,
    /// Parameters by name, in place of their defaults; if one occurs several times, the last value counts.
    pub set: Vec<(String, String)>,
    /// The faults and ranges of the run.
    pub faults: Faults,
}

/// A scenario whose text has been read and checked, whatever values its ranges take.
///
/// [`Template::draw`] settles the ranges for one seed; it reads no file.
pub struct Template {
    source: Source,
    texts: Texts,
    /// Warnings that arise only at one end of a range.
    warnings: Vec<Diagnostic>,
    /// The scenario, if it has no ranges that change it.
    fixed: Option<Box<Scenario>>,
}

impl Template {
    /// Loads the scenario with no parameters set; see [`Template::load_with`].
    ///
    /// # Errors
    /// All problems; if the text is not valid YAML, the first one only.
    pub fn load(path: &Path, files: &dyn Files) -> Result<Self, Diagnostics> {
        Self::load_with(path, files, &[])
    }

    /// Reads the scenario at `path`, the files it extends and the files it names, with the parameters in `set`, and checks it.
    /// Ranges are checked at both ends, so that no seed finds a mistake that another does not.
    ///
    /// # Errors
    /// All problems; if the text is not valid YAML, the first one only.
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
            let (scenario, texts) = finish(low, &source)?;
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

    /// Returns true for a lab, a file that can only be extended: it has been checked, and cannot be drawn.
    pub fn is_lab(&self) -> bool {
        self.source.lab.is_some()
    }

    /// Draws the scenario for `seed`; by default its own, or 1 if it has none. A drawn value depends only on the seed and on the
    /// path of its key.
    ///
    /// # Errors
    /// An error if this is a lab, or problems that arise only between the ends of ranges.
    pub fn draw(&self, seed: Option<u64>) -> Result<Scenario, Diagnostics> {
        self.draw_variant(seed, Faults::All)
    }

    /// Draws a variant of the scenario, in the same way.
    ///
    /// # Errors
    /// See [`Template::draw`].
    pub fn draw_variant(&self, seed: Option<u64>, faults: Faults) -> Result<Scenario, Diagnostics> {
        if let Some(lab) = self.source.lab {
            let problem = Diagnostic::error("a lab can only be extended; it cannot run")
                .at(lab, "this key makes it a lab")
                .help(format!("write a scenario with `extends: {}`", self.file_name()));
            return Err(Diagnostics::new(self.texts.sources.clone(), vec![problem]));
        }
        if let Some(fixed) = &self.fixed {
            let mut scenario = Scenario::clone(fixed);
            scenario.seed = seed.unwrap_or(scenario.seed);
            scenario.variant = faults;
            scenario.vary();
            return Ok(scenario);
        }
        let seed = seed.or_else(|| own_seed(&self.source.root)).unwrap_or(SEED);
        let drawn = resolve(&self.source, &AllRead, self.texts.clone(), Settle::of(seed, faults));
        let (mut scenario, _) = finish(drawn, &self.source)?;
        scenario.variant = faults;
        scenario.vary();
        let new = self
            .warnings
            .iter()
            .filter(|warning| !scenario.warnings.iter().any(|known| same(known, warning)));
        let new: Vec<Diagnostic> = new.cloned().collect();
        scenario.warnings.extend(new);
        Ok(scenario)
    }

    /// Returns the composed tree.
    pub(crate) fn root(&self) -> &Node {
        &self.source.root
    }

    /// Returns the text of a file that the scenario names.
    pub(crate) fn named(&self, path: &Path) -> Option<FileId> {
        self.texts.named.get(path).copied().flatten()
    }

    fn file_name(&self) -> String {
        let name = self.source.path.file_name().map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| self.source.path.display().to_string())
    }
}

/// Checks a lab as far as a part of a scenario can be checked.
fn lab(mut source: Source, texts: Texts) -> Result<Template, Diagnostics> {
    check_part::<language::Scenario>(&mut source.reader, &source.root);
    let problems = std::mem::take(&mut source.reader.problems);
    if problems.is_empty() {
        Ok(Template { source, texts, warnings: Vec::new(), fixed: None })
    } else {
        Err(Diagnostics::new(texts.sources, once(problems)))
    }
}

/// Omits the tree, which may hold passwords.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("path", &self.source.path).finish_non_exhaustive()
    }
}

impl Scenario {
    /// Reads and checks a scenario and the files it names, and settles its ranges for its own seed.
    ///
    /// # Errors
    /// All problems; if the text is not valid YAML, the first one only.
    pub fn load(path: &Path, files: &dyn Files) -> Result<Self, Diagnostics> {
        Template::load(path, files)?.draw(None)
    }
}

/// Returns the scenario with its warnings, unless there are errors.
fn finish(resolved: Resolved, source: &Source) -> Result<(Scenario, Texts), Diagnostics> {
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
            let set = source.set.iter().map(starred).collect();
            let ranged_parameters = source.ranged.clone();
            let title = sources.censored(&scenario.title).into_owned();
            let base_title = scenario.base_title.as_deref().map(|title| sources.censored(title).into_owned());
            Ok((
                Scenario { title, base_title, set, ranged_parameters, sources, warnings, ..scenario },
                resolved.texts,
            ))
        }
        _ => Err(Diagnostics::new(resolved.texts.sources, errors.into_iter().chain(warnings).collect())),
    }
}

/// Removes repeated problems: a value inherited by many entries is wrong in all of them.
fn once(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut known = Vec::new();
    for problem in problems {
        if !known.contains(&problem) {
            known.push(problem);
        }
    }
    known
}

/// Returns the problems at both ends of all ranges, each once; a problem at only one end says at which.
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

/// Adds the end of the range that a problem comes from; `end` is the only end that has it.
fn with_end(problem: Diagnostic, settled: &[Settled], end: Option<&str>) -> Diagnostic {
    match (settled.iter().find(|settled| problem.points_at(settled.span)), end) {
        (Some(Settled { range, value, .. }), _) => {
            problem.help(format!("this occurs with `{value}`, one end of the range `{range}`"))
        }
        (None, Some(end)) => problem.help(format!("this occurs with ranges at their {end} ends")),
        (None, None) => problem,
    }
}

/// Returns true if two problems say the same of the same place.
fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.severity() == b.severity() && a.message() == b.message() && a.span() == b.span()
}

/// A substitute for the files after all have been read.
struct AllRead;

impl Files for AllRead {
    fn read(&self, _: &Path, _: u64) -> Result<Vec<u8>, FileError> {
        Err(FileError::NotFound)
    }

    fn list(&self, _: &Path) -> Result<Vec<(String, u64)>, FileError> {
        Err(FileError::NotFound)
    }
}

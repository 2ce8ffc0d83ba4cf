//! From files to one tree: what a scenario extends, its parameters, its defaults.
//!
//! All of it happens before the tables of keys are applied, and every node keeps the place in which it is written: a problem in
//! something inherited points into the file that states it.

mod defaults;
mod extends;
mod merge;
mod parameters;

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::files::Files;
use crate::reader::Reader;
use crate::source::Span;
use crate::texts::Texts;
use crate::yaml::{Kind, Node};

pub(crate) use parameters::Raw;
pub use parameters::Setting;

/// A composed tree.
pub(crate) struct Source {
    /// Of the file that was asked for.
    pub(crate) path: PathBuf,
    pub(crate) root: Node,
    /// Whether it is there to be extended, and cannot run: where it says so.
    pub(crate) lab: Option<Span>,
    /// What was found while the tree was made.
    pub(crate) reader: Reader,
    /// Values in which parameters stood, as they are written.
    pub(crate) raw: Raw,
    /// What the caller set.
    pub(crate) set: Vec<Setting>,
}

/// Reads the file at `path` and all that it extends, with `set` in place of the defaults of parameters.
///
/// # Errors
/// The file itself, or one it extends, cannot be read or is no YAML: what follows from that would be noise.
pub(crate) fn compose(
    path: &Path,
    files: &dyn Files,
    texts: &mut Texts,
    set: &[(String, String)],
) -> Result<Source, Vec<Diagnostic>> {
    let mut reader = Reader::default();
    let mut root = extends::read(path, files, texts, &mut reader)?;
    let lab = lab(&root, &mut reader);
    let (raw, set) = parameters::substitute(&mut root, texts, &mut reader, set, lab.is_some());
    defaults::apply(&mut root, &mut reader);
    Ok(Source { path: path.to_owned(), root, lab, reader, raw, set })
}

fn lab(root: &Node, reader: &mut Reader) -> Option<Span> {
    let Kind::Mapping(entries) = &root.kind else { return None };
    let lab = entries.iter().find(|entry| entry.key == "lab")?;
    if let Some(scenario) = entries.iter().find(|entry| entry.key == "scenario") {
        let problem = Diagnostic::error("`scenario` and `lab` in the same file");
        let problem = problem
            .at(lab.key_span, "a lab is there to be extended")
            .at(scenario.key_span, "a scenario runs");
        reader
            .report(problem.help("write the lab into a file of its own, and `extends:` with its name here"));
    }
    Some(lab.key_span)
}

//! Composition of files into one tree: `extends`, parameters, defaults.
//!
//! All of it happens before the tables of keys are applied, and every node keeps the place where it is written: a problem in an
//! inherited value points into the file that states it.

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

use extends::Merged;
pub(crate) use parameters::Raw;
use parameters::Substituted;
pub use parameters::{RangedParameter, Setting};

/// A composed tree.
pub(crate) struct Source {
    /// The path of the requested file.
    pub(crate) path: PathBuf,
    pub(crate) root: Node,
    /// The title of the first file that it extends.
    pub(crate) base_title: Option<String>,
    /// The place of `lab`, if this file can only be extended.
    pub(crate) lab: Option<Span>,
    /// The problems found while the tree was composed.
    pub(crate) reader: Reader,
    /// The values that contain parameters, as they are written.
    pub(crate) raw: Raw,
    /// The parameters that the caller set.
    pub(crate) set: Vec<Setting>,
    /// The parameters that are ranges.
    pub(crate) ranged: Vec<RangedParameter>,
}

/// Reads the file at `path` and all that it extends, with `set` in place of the defaults of parameters.
///
/// # Errors
/// The file, or one it extends, cannot be read or is not YAML: further problems would be noise.
pub(crate) fn compose(
    path: &Path,
    files: &dyn Files,
    texts: &mut Texts,
    set: &[(String, String)],
) -> Result<Source, Vec<Diagnostic>> {
    let mut reader = Reader::default();
    let Merged { mut root, base_title } = extends::read(path, files, texts, &mut reader)?;
    let lab = lab(&root, &mut reader);
    let Substituted { raw, set, ranged } =
        parameters::substitute(&mut root, texts, &mut reader, set, lab.is_some());
    defaults::apply(&mut root, &mut reader);
    Ok(Source { path: path.to_owned(), root, base_title, lab, reader, raw, set, ranged })
}

fn lab(root: &Node, reader: &mut Reader) -> Option<Span> {
    let Kind::Mapping(entries) = &root.kind else { return None };
    let lab = entries.iter().find(|entry| entry.key == "lab")?;
    if let Some(scenario) = entries.iter().find(|entry| entry.key == "scenario") {
        let problem = Diagnostic::error("`scenario` and `lab` in the same file");
        let problem =
            problem.at(lab.key_span, "a lab can only be extended").at(scenario.key_span, "a scenario runs");
        reader.report(problem.help("move the lab to a file of its own, and name it here in `extends:`"));
    }
    Some(lab.key_span)
}

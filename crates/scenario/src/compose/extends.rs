//! `extends`: a file inherits everything of other files.

use std::path::{Path, PathBuf};

use super::merge::merge_roots;
use crate::diagnostic::Diagnostic;
use crate::files::{Files, normal};
use crate::language::Named;
use crate::reader::Reader;
use crate::source::{FileId, Span};
use crate::texts::Texts;
use crate::yaml::{self, Kind, NODES_MAX, Node, Size};
use text::secrets;

/// The maximum length of a chain of files that extend one another.
const CHAIN_MAX: usize = 8;
/// The maximum number of files that make up one scenario.
const FILES_MAX: usize = 64;

/// A file, merged with all files that it extends.
pub(super) struct Merged {
    pub(super) root: Node,
    /// The title of the first file that it extends itself.
    pub(super) base_title: Option<String>,
}

/// Reads the tree of a file, merged with all files that it extends.
///
/// # Errors
/// Files that cannot be read or are not YAML.
pub(super) fn read(
    path: &Path,
    files: &dyn Files,
    texts: &mut Texts,
    reader: &mut Reader,
) -> Result<Merged, Vec<Diagnostic>> {
    let mut chain = Chain { files, texts, reader, stack: Vec::new(), read: 0, base_title: None };
    let root = chain.tree(path, None)?;
    Ok(Merged { root, base_title: chain.base_title })
}

/// Returns the title of a file: of a lab or of a scenario.
fn title(root: &Node) -> Option<String> {
    let Kind::Mapping(entries) = &root.kind else { return None };
    let title = entries.iter().find(|entry| ["lab", "scenario"].contains(&entry.key.as_str()))?;
    match &title.value.kind {
        Kind::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    }
}

struct Chain<'a> {
    files: &'a dyn Files,
    texts: &'a mut Texts,
    reader: &'a mut Reader,
    /// The files from the requested one to the one that is being read.
    stack: Vec<PathBuf>,
    read: usize,
    base_title: Option<String>,
}

impl Chain<'_> {
    fn tree(&mut self, path: &Path, named: Option<Span>) -> Result<Node, Vec<Diagnostic>> {
        self.check(path, named).map_err(|problem| vec![problem])?;
        let file = self.texts.read(path, self.files, named).map_err(|problem| vec![problem])?;
        let mut own = self.parse(file, named).map_err(|problem| vec![problem])?;
        if let Some(named) = named
            && !matches!(own.kind, Kind::Mapping(_))
        {
            let shown = self.texts.sources.path(file);
            let problem = Diagnostic::error(format!("`{shown}` is not a map of keys and values"));
            let problem = problem.at(own.span, format!("this is {}", own.what()));
            self.reader.report(problem.at(named, "extended here"));
            return Ok(own);
        }

        let Kind::Mapping(entries) = &own.kind else { return Ok(own) };
        let Some(extends) = entries.iter().find(|entry| entry.key == "extends") else { return Ok(own) };
        let extends = extends.value.clone();
        self.stack.push(path.to_owned());
        let mut wrong = Vec::new();
        let mut base: Option<Node> = None;
        for Named { text: name, span } in self.reader.names(&extends).unwrap_or_default() {
            let path = path.parent().unwrap_or(Path::new("")).join(name);
            match self.tree(&path, Some(span)) {
                Ok(next) => {
                    if self.stack.len() == 1 && self.base_title.is_none() {
                        self.base_title = title(&next);
                    }
                    base = Some(match base {
                        Some(base) => self.merged(base, next, span)?,
                        None => next,
                    })
                }
                Err(problems) => wrong.extend(problems),
            }
        }
        self.stack.pop();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        if let Some(base) = base {
            own = self.merged(base, own, extends.span)?;
        }
        Ok(own)
    }

    /// Parses a text into a tree; passwords in it are hidden before anything can be reported.
    fn parse(&mut self, file: FileId, named: Option<Span>) -> Result<Node, Diagnostic> {
        let sources = &mut self.texts.sources;
        match yaml::parse(sources, file) {
            Ok(parsed) => {
                parsed.secrets.into_iter().for_each(|secret| sources.hide(secret));
                parsed.problems.into_iter().for_each(|problem| self.reader.report(problem));
                Ok(parsed.root)
            }
            Err(problem) => {
                let secrets: Vec<_> = secrets::in_broken_text(sources.text(file)).collect();
                secrets.into_iter().for_each(|range| sources.hide(Span::new(file, range)));
                let problem = quotes(problem, sources.text(file));
                Err(match named {
                    Some(named) => problem.at(named, "extended here"),
                    None => problem,
                })
            }
        }
    }

    /// Lays one file over others; many large files together have the limit of a single one.
    fn merged(&self, base: Node, own: Node, named: Span) -> Result<Node, Vec<Diagnostic>> {
        let merged = merge_roots(base, own);
        if Size::of(&merged).values > NODES_MAX {
            let problem = Diagnostic::error(format!("more than {NODES_MAX} values in all files together"));
            return Err(vec![problem.at(named, "these exceed the limit")]);
        }
        Ok(merged)
    }

    /// Checks that this file may be read here.
    fn check(&mut self, path: &Path, named: Option<Span>) -> Result<(), Diagnostic> {
        let Some(named) = named else { return Ok(()) };
        let shown = normal(path).display().to_string();
        let same = |other: &&PathBuf| normal(other) == normal(path);
        if self.stack.iter().any(|other| same(&other)) {
            let files: Vec<String> = self
                .stack
                .iter()
                .skip_while(|other| !same(other))
                .map(|path| normal(path).display().to_string())
                .collect();
            let circle = format!("{} extends {shown}", files.join(" extends "));
            return Err(Diagnostic::error(format!("`{shown}` extends itself")).at(named, circle));
        }
        self.read += 1;
        if self.stack.len() > CHAIN_MAX {
            let problem =
                Diagnostic::error(format!("a chain of more than {CHAIN_MAX} files that extend one another"));
            return Err(problem.at(named, "this one is not read"));
        }
        if self.read > FILES_MAX {
            let problem = Diagnostic::error(format!("more than {FILES_MAX} files are extended"));
            return Err(problem.at(named, "this one is not read"));
        }
        Ok(())
    }
}

/// Adds a hint: a parameter between braces or brackets is not valid YAML unless it is quoted, which the parser cannot know.
fn quotes(problem: Diagnostic, text: &str) -> Diagnostic {
    let at = problem.span().map_or(0, |span| (span.start as usize).min(text.len()));
    let near = text.get(..at).unwrap_or_default();
    let lines = near.char_indices().rev().filter(|(_, c)| *c == '\n').nth(1).map_or(0, |(at, _)| at);
    let line_end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
    match text.get(lines..line_end) {
        Some(lines) if lines.contains("${") => {
            problem.help("inside { } and [ ] a parameter needs quotes, as in \"${name}\"")
        }
        _ => problem,
    }
}

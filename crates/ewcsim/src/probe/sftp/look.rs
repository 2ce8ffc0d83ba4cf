//! Looking for a missing file over SFTP: directories can be listed, so that the name that is there is found, and not guessed.

use host::Host;
use sftp::{Reply, Request, Status, Text};
use text::closest;

use super::session::Stop;
use super::{Prober, below, unexpected};
use crate::probe::elsewhere::candidates;
use crate::probe::finding::{Difference, Finding, Place};
use crate::probe::need::Wanted;
use crate::probe::said;

/// The most names of a directory that are read, and the most answers for them.
const NAMES_MAX: usize = 10_000;
const ANSWERS_MAX: usize = 1_000;
/// The longest name that is kept, in bytes: that of Linux.
const NAME_MAX: usize = 255;

/// The names of a directory, or the reason why they cannot be read.
type Listed = Result<Vec<String>, Status>;

impl<H: Host> Prober<'_, H> {
    /// Says why there is no file at `path`.
    pub(super) async fn look(
        &mut self,
        wanted: &Wanted,
        home: &Text,
        path: &Text,
        text: String,
    ) -> Result<Finding, Stop> {
        let mut nearest = None;
        if let Some(asked) = path.as_str().map(str::to_owned) {
            match self.walk(&asked).await? {
                Walked::Case(there) => {
                    return Ok(Place::Elsewhere { path: said(&there), how: Difference::Case }.into());
                }
                Walked::Missing(near) => nearest = near.map(|near| said(&near)),
            }
        }
        // The path of the profile may be meant from the root.
        let from_root = self.needs.path(wanted);
        if let Some(rest) = from_root.strip_prefix(home.to_str().trim_end_matches('/'))
            && rest.starts_with('/')
            && rest != from_root
            && self.is_file(&below(home, rest)).await?
        {
            let path = rest.trim_start_matches('/').to_owned();
            return Ok(Place::Elsewhere { path, how: Difference::FromRoot }.into());
        }
        if home.as_bytes() != b"/" && self.is_file(&Text::from(from_root.as_str())).await? {
            return Ok(Place::Elsewhere { path: from_root, how: Difference::NotInHome }.into());
        }
        for (other, how) in candidates(self.needs, &wanted.name) {
            if self.is_file(&below(home, &other)).await? {
                return Ok(Place::Elsewhere { path: other, how }.into());
            }
        }
        Ok(Place::NotFound { text, nearest }.into())
    }

    async fn is_file(&mut self, path: &Text) -> Result<bool, Stop> {
        let stat = self.stat(path).await?;
        Ok(stat.is_ok_and(|attributes| {
            attributes.permissions.is_none_or(|mode| mode & super::KIND != super::DIRECTORY)
        }))
    }

    /// Goes along the path, and takes a name in other letters where there is one.
    async fn walk(&mut self, path: &str) -> Result<Walked, Stop> {
        let mut here = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let next = format!("{here}/{name}");
            if self.stat(&next.as_str().into()).await?.is_ok() {
                here = next;
                continue;
            }
            let directory = if here.is_empty() { "/" } else { &here };
            let names = match self.list(directory).await? {
                Ok(names) => names,
                // One that may be entered and not listed: the answer to STAT stands.
                Err(_) => return Ok(Walked::Missing(None)),
            };
            match names.iter().find(|there| there.eq_ignore_ascii_case(name)) {
                Some(there) => here = format!("{here}/{there}"),
                None => {
                    let near = closest(name, names.iter().map(String::as_str));
                    let near = near.first().map(|near| format!("{here}/{near}"));
                    return Ok(Walked::Missing(near));
                }
            }
        }
        Ok(Walked::Case(here))
    }

    /// Returns the names in a directory.
    async fn list(&mut self, directory: &str) -> Result<Listed, Stop> {
        let handle = match self.session.ask(Request::Opendir(directory.into())).await? {
            Reply::Handle(handle) => handle,
            Reply::Status(status) => return Ok(Err(status)),
            other => return Err(unexpected(&other)),
        };
        let mut names = Vec::new();
        for _ in 0..ANSWERS_MAX {
            match self.session.ask(Request::Readdir(handle.clone())).await? {
                Reply::Name(entries) if names.len() < NAMES_MAX => {
                    let short = entries.iter().filter(|entry| entry.filename.as_bytes().len() <= NAME_MAX);
                    names.extend(short.take(NAMES_MAX).map(|entry| entry.filename.to_str().into_owned()));
                }
                Reply::Name(_) | Reply::Status(_) => break,
                other => return Err(unexpected(&other)),
            }
        }
        self.session.ask(Request::Close(handle)).await?;
        Ok(Ok(names))
    }
}

/// The end of a way along a path.
enum Walked {
    /// The path is there in other letters.
    Case(String),
    /// A name is not there; the nearest one that is.
    Missing(Option<String>),
}

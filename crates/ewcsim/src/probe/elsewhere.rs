//! Paths under which a file may be instead: the mistakes of the field, one at a time.

use super::finding::Difference;
use super::need::Needs;

/// The most paths that are tried for one file.
const TRIED_MAX: usize = 32;

/// The directories that Linux distributions and other servers serve from.
const COMMON_ROOTS: [&str; 5] =
    ["/srv/tftp", "/var/lib/tftpboot", "/tftpboot", "/var/tftpboot", "/private/tftpboot"];

/// Returns the paths to try for the file `name` in the directory of the profile, the likeliest first. Each differs in one way from
/// `/DIRECTORY/NAME`.
pub(crate) fn candidates(needs: &Needs, name: &str) -> Vec<(String, Difference)> {
    let directory = needs.directory.as_str();
    let path = format!("{directory}/{name}");
    let mut found: Vec<(String, Difference)> = Vec::new();
    let mut add = |candidate: String, how: Difference| {
        let is_new = candidate != path && !found.iter().any(|(known, _)| *known == candidate);
        if is_new && found.len() < TRIED_MAX {
            found.push((candidate, how));
        }
    };
    for (directory, name) in cases(directory, name) {
        add(format!("{directory}/{name}"), Difference::Case);
    }
    for ending in [".tar", ".bin", ".tar.gz"] {
        match name.strip_suffix(ending) {
            Some(name) => add(format!("{directory}/{name}"), Difference::Ending),
            None => add(format!("{path}{ending}"), Difference::Ending),
        }
    }
    for root in &needs.roots {
        if let Some(below) = path.strip_prefix(root.as_str()).filter(|below| below.starts_with('/')) {
            add(below.to_owned(), Difference::BelowRoot);
        }
    }
    for (from, to) in [('_', '.'), ('.', '_'), ('_', '-'), ('-', '_')] {
        add(format!("{}/{name}", directory.replace(from, &to.to_string())), Difference::Punctuation);
    }
    let names: Vec<&str> = directory.split('/').filter(|name| !name.is_empty()).collect();
    for skipped in 1..=names.len() {
        let rest: String = names[skipped..].iter().map(|name| format!("/{name}")).collect();
        // A root is likelier the longer the path is that is left.
        let how = if rest.is_empty() { Difference::Directory } else { Difference::BelowRoot };
        add(format!("{rest}/{name}"), how);
    }
    if let Some((above, _)) = directory.rsplit_once('/') {
        add(format!("{above}/{name}"), Difference::Directory);
    }
    add(path.trim_start_matches('/').to_owned(), Difference::LeadingSlash);
    for root in needs.roots.iter().map(String::as_str).chain(COMMON_ROOTS) {
        add(format!("{root}{path}"), Difference::RootMissing);
    }
    found
}

/// Returns directory and name in other cases.
fn cases(directory: &str, name: &str) -> Vec<(String, String)> {
    let (lower, upper) = (name.to_lowercase(), name.to_uppercase());
    let directories = [directory.to_owned(), directory.to_lowercase(), directory.to_uppercase()];
    let names = [name.to_owned(), lower, upper];
    directories
        .iter()
        .flat_map(|directory| names.iter().map(|name| (directory.clone(), name.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::need::Access;

    fn needs(directory: &str, roots: &[&str]) -> Needs {
        Needs {
            server: None,
            address: ([10, 0, 5, 27], 69).into(),
            access: Access::Tftp { block_size: 512 },
            directory: directory.into(),
            set: "17.9.4a".into(),
            files: Vec::new(),
            roots: roots.iter().map(|root| (*root).to_owned()).collect(),
        }
    }

    #[test]
    fn the_mistakes_of_the_field() {
        let needs = needs("/srv/tftp/EWC/17_9_4a", &["/srv/tftp"]);
        let all = candidates(&needs, "ap1g8");
        for (path, how) in [
            ("/srv/tftp/EWC/17_9_4a/AP1G8", Difference::Case),
            ("/srv/tftp/ewc/17_9_4a/ap1g8", Difference::Case),
            ("/srv/tftp/EWC/17_9_4a/ap1g8.tar", Difference::Ending),
            ("/srv/tftp/EWC/17.9.4a/ap1g8", Difference::Punctuation),
            ("/EWC/17_9_4a/ap1g8", Difference::BelowRoot),
            ("/17_9_4a/ap1g8", Difference::BelowRoot),
            ("/ap1g8", Difference::Directory),
            ("/srv/tftp/EWC/ap1g8", Difference::Directory),
            ("srv/tftp/EWC/17_9_4a/ap1g8", Difference::LeadingSlash),
        ] {
            assert!(all.contains(&(path.to_owned(), how)), "{path}: {all:#?}");
        }
        assert!(!all.iter().any(|(path, _)| path == "/srv/tftp/EWC/17_9_4a/ap1g8"));
        assert!(all.len() <= TRIED_MAX);
    }

    #[test]
    fn a_server_without_a_root_of_its_own_wants_it_in_the_path() {
        let all = candidates(&needs("/EWC", &["/data/tftp"]), "ap1g8");
        assert!(all.contains(&("/data/tftp/EWC/ap1g8".into(), Difference::RootMissing)), "{all:#?}");
    }
}

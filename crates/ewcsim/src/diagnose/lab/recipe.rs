//! How a cause is brought about on a lab: what it needs there, and the names that are put into its text.

use std::sync::LazyLock;

use ewc::config::Mode;
use indexmap::IndexMap;
use scenario::{AccessPoint, Server, Software};
use serde::Deserialize;

use super::Lab;
use crate::lab::free_image_sets;

static RECIPES: LazyLock<IndexMap<String, Recipe>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("causes.yaml"))
        .unwrap_or_else(|error| panic!("an embedded data file is wrong: {error}"))
});

/// Returns how a cause is brought about; `None` if it is not known for a lab.
pub(in crate::diagnose) fn recipe(cause: &str) -> Option<&'static Recipe> {
    RECIPES.get(cause)
}

/// What is laid over a lab.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::diagnose) struct Recipe {
    needs: Vec<Need>,
    /// Keys of the language.
    pub(super) overlay: Option<String>,
    /// Entries of the timeline.
    #[serde(default)]
    pub(super) timeline: Vec<String>,
    /// Lines that are typed at the controller.
    #[serde(default)]
    pub(super) config: Vec<String>,
}

/// What a cause needs in the lab.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Need {
    /// The profile fetches over TFTP from a server of the lab.
    Tftp,
    /// That server is tftpd-hpa, whose file names differ in letter case.
    TftpdHpa,
    /// The profile fetches over SFTP from a server of the lab.
    Sftp,
    /// The profile fetches from a server of the lab.
    Server,
    /// That server has the image of an access point that is not the controller's own.
    Image,
    /// There is such an access point.
    Point,
    /// There is one release that nobody runs.
    Upgrade,
}

/// The names of a lab that a cause is put together with.
pub(in crate::diagnose) struct Needed(Vec<(&'static str, String)>);

impl Needed {
    /// Finds what a cause needs.
    ///
    /// # Errors
    /// What the lab lacks.
    pub(super) fn of(lab: &Lab<'_>, recipe: &Recipe) -> Result<Self, String> {
        let scenario = lab.scenario();
        let [controller] = scenario.controllers.as_slice() else {
            return Err("the lab has more than one controller".into());
        };
        let mut names = vec![("{controller}", quoted(&controller.name))];
        for need in &recipe.needs {
            match need {
                Need::Tftp | Need::TftpdHpa | Need::Sftp | Need::Server => {
                    let server = server(lab, *need)?;
                    names.push(("{server}", quoted(&server.name)));
                }
                Need::Point => {
                    let point = point(lab)?;
                    names.push(("{point}", quoted(point.group.as_deref().unwrap_or(&point.name))));
                }
                Need::Image => names.extend(image(lab)?),
                Need::Upgrade if !lab.upgrades => {
                    let why = match free_image_sets(scenario).len() {
                        1 => "the logs show no upgrade that was ordered",
                        _ => "the lab has no release, or several, that nobody runs",
                    };
                    return Err(why.into());
                }
                Need::Upgrade => {}
            }
        }
        if let Some(path) = lab.config().and_then(|config| config.image_download.as_ref()?.directory()) {
            let path = path.trim_end_matches('/').to_owned();
            let swapped: String = path
                .chars()
                .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
                .collect();
            if swapped != path {
                names.push(("{case}", swapped));
            }
            names.push(("{path}", path));
        }
        Ok(Self(names))
    }

    /// Puts the names into a text.
    pub(super) fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (hole, name)| text.replace(hole, name))
    }
}

/// Returns the server from which the profile fetches.
fn server<'a>(lab: &'a Lab<'_>, need: Need) -> Result<&'a Server, String> {
    let profile = lab.config().and_then(|config| config.image_download.as_ref());
    let profile = profile.ok_or("the lab's controller has no image-download profile")?;
    let wanted = match need {
        Need::Tftp | Need::TftpdHpa => Some(Mode::Tftp),
        Need::Sftp => Some(Mode::Sftp),
        Need::Server | Need::Image | Need::Point | Need::Upgrade => None,
    };
    if wanted.is_some_and(|wanted| wanted != profile.mode) {
        let word = if wanted == Some(Mode::Sftp) { "SFTP" } else { "TFTP" };
        return Err(format!("the lab's profile does not fetch over {word}"));
    }
    let address = profile.server().ok_or("the lab's profile names no server")?;
    let known = |server: &&Server| server.known_address() == address;
    let server = lab.scenario().servers.iter().find(known);
    let server = server.ok_or_else(|| format!("the lab has no server {address}, which its profile names"))?;
    if need == Need::TftpdHpa && server.software != Software::TftpdHpa {
        return Err("the lab's server is not tftpd-hpa, and does not heed letter case".into());
    }
    Ok(server)
}

/// Returns an access point that is not the controller's own; one that does not run the controller's release, if there is one.
fn point<'a>(lab: &'a Lab<'_>) -> Result<&'a AccessPoint, String> {
    let scenario = lab.scenario();
    let others = || scenario.access_points.iter().filter(|point| !point.runs_controller);
    let release =
        scenario.controllers.first().and_then(|controller| scenario.images.get(&controller.running));
    let behind = others().find(|point| release.is_some_and(|release| release.ap != point.running));
    behind
        .or_else(|| others().next())
        .ok_or_else(|| "the lab has no access point but the controller's own".into())
}

/// Returns the file of an image on the server, and half of its size.
fn image(lab: &Lab<'_>) -> Result<Vec<(&'static str, String)>, String> {
    let (server, point) = (server(lab, Need::Server)?, point(lab)?);
    let scenario = lab.scenario();
    let wanted = match free_image_sets(scenario).as_slice() {
        [only] if lab.upgrades => only.name.clone(),
        _ => scenario.controllers[0].running.clone(),
    };
    let mounts = server.files.iter().filter(|mount| mount.images == wanted);
    let found = mounts.into_iter().find_map(|mount| {
        let set = scenario.images.get(&mount.images)?;
        let file = set.files.iter().find(|file| file.base_name() == point.image_type)?;
        Some((format!("{}/{}", mount.path.trim_end_matches('/'), file.name), file.size / 2))
    });
    let (file, half) =
        found.ok_or_else(|| format!("the lab's server has no image {} of {wanted}", point.image_type))?;
    let size = half.to_string();
    Ok(vec![("{server}", quoted(&server.name)), ("{file}", quoted(&file)), ("{half}", size)])
}

/// Writes a text between quotes, with nothing in it that YAML or parameters would replace.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON").replace("${", "$${")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::causes;

    #[test]
    fn every_recipe_is_of_a_cause() {
        assert!(RECIPES.keys().is_sorted(), "they stand in the order of the alphabet");
        for slug in RECIPES.keys() {
            assert!(causes::known(slug).is_some(), "{slug}");
        }
    }
}

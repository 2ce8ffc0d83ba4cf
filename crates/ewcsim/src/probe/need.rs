//! What a plan needs of its image server: the files, under the paths that the controller requests, and the way it requests them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ewc::config::{ImageDownloadProfile, Mode};
use ewc::{ControllerConfig, Settings};
use image::{CONTROLLER_FILE, Version};
use scenario::{Action, Controller, ImageSet, Scenario, Server};
use ssh::Secret;
use text::closest;

use crate::lab::{free_image_sets, image_set};
use crate::world::{Prepared, mounts_at};

/// The needs of one plan.
#[derive(Debug)]
pub(crate) struct Needs {
    /// The name of the server in the lab; `None` if the profile names one that the lab does not have.
    pub(crate) server: Option<String>,
    /// Its address in the lab, with the standard port.
    pub(crate) address: SocketAddr,
    pub(crate) access: Access,
    /// The directory of the profile, with a slash in front; empty for the root, or for the login directory.
    pub(crate) directory: String,
    /// The name of the image set that is expected there.
    pub(crate) set: String,
    /// In the order in which a controller fetches them.
    pub(crate) files: Vec<Wanted>,
    /// Directories of the server's machine from which it may serve: a path that begins with one of them is a common mistake.
    pub(crate) roots: Vec<String>,
}

/// The way in which the controller asks for files.
#[derive(Debug)]
pub(crate) enum Access {
    Tftp {
        /// The block size that it requests; 512 is requested by omitting the option.
        block_size: u16,
    },
    Sftp(Box<Login>),
}

/// The login of the profile, and the properties of the controller's client.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) user: String,
    /// The password of the profile, if it has one.
    pub(crate) password: Option<Secret>,
    pub(crate) ssh: ssh::client::Config,
    /// Bytes of one READ; the controller sends one at a time.
    pub(crate) read_size: u32,
    /// The rate at which the controller processes data, in bytes per second.
    pub(crate) rate: u64,
}

/// A file that the controller will ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// `ap1g8`, or the controller's own image.
    pub(crate) name: String,
    /// The size in the listing, in bytes.
    pub(crate) size: Option<u64>,
    /// The version that it must state: of access points, or the text of the controller.
    pub(crate) version: String,
    /// The number of access points that need it; 0 for the controller's own image.
    pub(crate) access_points: usize,
    /// The room for it on the controller, in bytes.
    pub(crate) room: u64,
}

impl Wanted {
    /// Returns true for the controller's own image.
    pub(crate) fn is_controller(&self) -> bool {
        self.name == CONTROLLER_FILE
    }
}

/// The reason why a lab says nothing of what to ask for: a message, and what to write.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoNeeds {
    pub(crate) message: String,
    pub(crate) help: String,
}

impl NoNeeds {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

impl Needs {
    /// Returns what the plan of `prepared` to the image set `to` needs of the server that its profile names, or of the server called
    /// `asked`.
    ///
    /// # Errors
    /// The lab does not say enough.
    pub(crate) fn of(prepared: &Prepared, asked: Option<&str>, to: Option<&str>) -> Result<Self, NoNeeds> {
        let scenario = &prepared.scenario;
        let (controller, config, profile) = profile(prepared)?;
        let (Some(named), Some(directory)) = (profile.server(), profile.directory()) else {
            return Err(NoNeeds::new(
                format!("{} fetches its images from no server", controller.name),
                "its profile needs `image-download-mode tftp` or `sftp`",
            ));
        };
        let server = match asked {
            Some(name) => Some(server_called(scenario, name)?),
            None => scenario.servers.iter().find(|server| server.known_address() == named),
        };
        let catalogue = scenario.catalogue.for_release(version_of(scenario, controller));
        let settings = Settings::from_catalogue(&catalogue)
            .map_err(|error| NoNeeds::new(error.to_string(), "correct it below `catalogue:`"))?;
        let set = match to {
            Some(name) => image_set(scenario, name).map_err(|(message, help)| NoNeeds { message, help })?,
            None => expected(scenario, controller, &profile, server)?,
        };
        let port = if profile.mode == Mode::Sftp { settings.sftp.port } else { settings.tftp_port };
        let address = server.map_or(named, Server::known_address);
        Ok(Self {
            server: server.map(|server| server.name.clone()),
            address: SocketAddr::new(address, port),
            directory,
            files: files(scenario, controller, set, &settings),
            set: set.name.clone(),
            roots: server.map(roots).unwrap_or_default(),
            access: access(&profile, config, &settings),
        })
    }

    /// Returns the path of a file, as the controller asks for it over TFTP, and below the login directory over SFTP.
    pub(crate) fn path(&self, file: &Wanted) -> String {
        format!("{}/{}", self.directory, file.name)
    }
}

/// Returns the first controller that has a profile, or gets one on its page.
fn profile(prepared: &Prepared) -> Result<(&Controller, &ControllerConfig, ImageDownloadProfile), NoNeeds> {
    let scenario = &prepared.scenario;
    for controller in &scenario.controllers {
        let config = prepared.hosts.get(&controller.name).and_then(|host| host.configuration());
        let Some(config) = config else { continue };
        if let Some(profile) = config.image_download.clone() {
            return Ok((controller, config, profile));
        }
        let pressed = scenario.timeline.iter().find_map(|entry| match &entry.action {
            Action::Web(web) if web.controller == controller.name => {
                ControllerConfig::parse(&web.profile.text).ok()?.image_download
            }
            _ => None,
        });
        if let Some(profile) = pressed {
            return Ok((controller, config, profile));
        }
    }
    Err(NoNeeds::new(
        "no controller of the lab has a profile that says where images come from",
        "give it `wireless profile image-download default` below `config:`, with the server and the path",
    ))
}

fn server_called<'a>(scenario: &'a Scenario, name: &str) -> Result<&'a Server, NoNeeds> {
    let names = || scenario.servers.iter().map(|server| server.name.as_str());
    scenario.servers.iter().find(|server| server.name == name).ok_or_else(|| {
        let help = match (closest(name, names()).first(), scenario.servers.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, false) => format!("its servers are: {}", names().collect::<Vec<_>>().join(", ")),
            (None, true) => {
                "it has no servers at all; leave the name out to ask the one of the profile".into()
            }
        };
        NoNeeds::new(format!("the lab has no server called `{name}`"), help)
    })
}

fn version_of(scenario: &Scenario, controller: &Controller) -> Version {
    scenario.images.get(&controller.running).map_or(Version::NONE, |set| set.ap)
}

/// Returns the image set that the directory of the profile should hold: the one to which a plan leads, which is the only one that
/// nobody runs; of several, or of none, the one that the lab has there.
fn expected<'a>(
    scenario: &'a Scenario,
    controller: &Controller,
    profile: &ImageDownloadProfile,
    server: Option<&Server>,
) -> Result<&'a ImageSet, NoNeeds> {
    let free = free_image_sets(scenario);
    if let [only] = free[..] {
        return Ok(only);
    }
    let there = server.map(|server| mounts_at(scenario, profile, server)).unwrap_or_default();
    if let Some(set) = there.first().and_then(|(mount, _)| scenario.images.get(&mount.images)) {
        return Ok(set);
    }
    match free.first() {
        None => scenario.images.get(&controller.running).ok_or_else(|| {
            NoNeeds::new("the lab has no image sets", "list the files of the server below `images:`")
        }),
        Some(first) => Err(NoNeeds::new(
            "the lab does not say which of its image sets the directory of the profile holds",
            format!(
                "say which one with `--to {}`, or name it below `files:` of the server, under the path of the profile",
                first.name
            ),
        )),
    }
}

/// Returns the files in the order in which the controller fetches them: its own image first, then one type after the other.
fn files(scenario: &Scenario, controller: &Controller, set: &ImageSet, settings: &Settings) -> Vec<Wanted> {
    let is_upgrade = version_of(scenario, controller) != set.ap;
    let index = scenario.controllers.iter().position(|other| other.name == controller.name);
    let mut types: BTreeMap<&str, usize> = BTreeMap::new();
    for point in scenario.access_points.iter().filter(|point| Some(point.controller) == index) {
        let image = point.image_type.as_str();
        let holds = image == controller.image_type || controller.images.iter().any(|held| held == image);
        let has_it = point.running == set.ap || point.backup == Some(set.ap);
        // A controller has the images of its own release for its own type, and what is staged.
        if !has_it && (is_upgrade || !holds) {
            *types.entry(image).or_default() += 1;
        }
    }
    let size = |name: &str| set.files.iter().find(|file| file.base_name() == name).map(|file| file.size);
    let own = is_upgrade.then(|| Wanted {
        name: CONTROLLER_FILE.to_owned(),
        size: size(CONTROLLER_FILE),
        version: set.controller_version(),
        access_points: 0,
        room: settings.backup_image_capacity,
    });
    let images = types.into_iter().map(|(name, access_points)| Wanted {
        name: name.to_owned(),
        size: size(name),
        version: set.ap.to_string(),
        access_points,
        room: settings.staging_capacity,
    });
    own.into_iter().chain(images).collect()
}

fn access(profile: &ImageDownloadProfile, config: &ControllerConfig, settings: &Settings) -> Access {
    if profile.mode != Mode::Sftp {
        return Access::Tftp { block_size: config.tftp_block_size.unwrap_or(settings.tftp_block_size) };
    }
    let password = &profile.sftp.password;
    Access::Sftp(Box::new(Login {
        user: profile.sftp.username.clone(),
        password: (!password.expose().is_empty()).then(|| password.clone()),
        ssh: ssh::client::Config {
            identification: settings.sftp.identification.clone(),
            algorithms: settings.sftp.algorithms(&config.ssh_client),
        },
        read_size: settings.sftp.read_size,
        rate: settings.sftp.rate,
    }))
}

/// Returns the directories in the configuration of a server that may be the root of what it serves.
fn roots(server: &Server) -> Vec<String> {
    let text = server.config.as_ref().map_or("", |config| &config.text);
    let words = text.split([' ', '\t', '\n', '"', '\'', '=']);
    let paths = words.filter(|word| word.starts_with('/') && word.len() > 1);
    let mut roots: Vec<String> = paths.map(|path| path.trim_end_matches('/').to_owned()).collect();
    roots.dedup();
    roots
}

/// Returns the unspecified address of the family of `address`, to bind a socket to.
pub(crate) fn any(address: IpAddr) -> SocketAddr {
    match address {
        IpAddr::V4(_) => SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0),
        IpAddr::V6(_) => SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), 0),
    }
}

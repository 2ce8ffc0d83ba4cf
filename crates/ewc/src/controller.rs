//! The definition of a controller before it runs.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::time::Duration;

use catalogue::{Catalogue, Quirks};
use image::{Content, Pool, Version};
use text::MacAddress;

use crate::{ControllerConfig, KnownHosts, Release, Settings, SoftwareHandle, Uptimes};

/// One controller: its identity, its configuration and the files it holds. It survives a power cut; everything else is forgotten.
#[derive(Clone, Debug)]
pub struct Controller {
    /// Its name, as access points and prompts show it: `9120-EWC`.
    pub name: String,
    /// The model of the access point it runs on: `C9120AXI`.
    pub model: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// The version it requires of its access points, in their form: `17.9.4.27`.
    pub version: Version,
    /// The Ethernet MAC address of the access point that it runs on.
    pub mac: MacAddress,
    /// The serial number of the access point that it runs on.
    pub serial: String,
    /// The time on its clock when the run starts, since 1970.
    pub clock: Duration,
    /// The times for which its access points have been up.
    pub uptimes: Uptimes,
    /// The running configuration.
    pub config: ControllerConfig,
    /// Timings and limits.
    pub settings: Settings,
    /// The models, with the image for each.
    pub catalogue: Catalogue,
    /// The defects that its software can have.
    pub quirks: Quirks,
    /// The images it holds from the start: the one of its own type.
    pub own_images: Vec<OwnImage>,
    /// Its software: this version and these images, until another release is activated.
    pub software: SoftwareHandle,
    /// The pool that stores fetched images, each content once.
    pub pool: Pool,
    /// The host keys of servers that it has seen.
    pub known_hosts: KnownHosts,
}

impl Controller {
    /// Creates a controller without images, with settings from `catalogue` and no configuration.
    ///
    /// # Errors
    /// A fact that the settings need is missing or of another kind.
    pub fn new(
        name: &str,
        model: &str,
        address: Ipv4Addr,
        version: Version,
        catalogue: &Catalogue,
    ) -> Result<Self, catalogue::FactError> {
        Ok(Self {
            name: name.into(),
            model: model.into(),
            address,
            version,
            mac: MacAddress::from_address(IpAddr::V4(address)),
            serial: String::new(),
            clock: Duration::ZERO,
            uptimes: Uptimes::default(),
            config: ControllerConfig::default(),
            settings: Settings::from_catalogue(&catalogue.for_release(version))?,
            catalogue: catalogue.clone(),
            quirks: catalogue.controller_quirks(),
            own_images: Vec::new(),
            software: SoftwareHandle::new(Release {
                version: version.to_string(),
                ap: version,
                own_images: Vec::new(),
                file: None,
            }),
            pool: Pool::new(),
            known_hosts: KnownHosts::default(),
        })
    }

    /// Returns the controller as its active release makes it.
    pub(crate) fn booted(mut self) -> Self {
        let release = self.software.borrow().active().clone();
        if release.ap != self.version {
            let settings = Settings::from_catalogue(&self.catalogue.for_release(release.ap));
            // The facts were there for the version before.
            if let Ok(settings) = settings {
                let layout = self.settings.image_data_layout;
                self.settings = Settings { image_data_layout: layout, ..settings };
            }
            self.version = release.ap;
            self.own_images = release.own_images;
        }
        self
    }
}

/// An image that the controller itself holds, made when an access point first requests it.
#[derive(Clone)]
pub struct OwnImage {
    /// Its type: `ap1g7`.
    pub image_type: String,
    /// Produces the bytes. Called at most once per start of the controller.
    pub supply: Rc<dyn Fn() -> Content>,
}

impl OwnImage {
    /// Creates an image of `image_type` whose bytes `supply` produces.
    pub fn new(image_type: &str, supply: impl Fn() -> Content + 'static) -> Self {
        Self { image_type: image_type.into(), supply: Rc::new(supply) }
    }
}

impl fmt::Debug for OwnImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OwnImage({})", self.image_type)
    }
}

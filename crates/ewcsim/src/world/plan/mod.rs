//! What a check knows before a run: plans that cannot work as they are written, or that take longer than a night.
//!
//! Most of it is told by warnings, since a scenario may be about the failure; the run shows what comes of it. What a run cannot show is
//! not modelled.

mod certificates;
mod fetch;
mod firewalls;
mod limits;
mod paths;
mod relay;
mod uptime;
mod versions;

use ewc::ControllerConfig;
use ewc::config::ImageDownloadProfile;
use scenario::{AccessPoint, Controller, Diagnostic, Scenario, Server, Span};

use super::device::Hosts;

pub(crate) use self::paths::mounts_at;

/// A controller with its configuration.
struct Plan<'a> {
    scenario: &'a Scenario,
    /// The index into [`Scenario::controllers`].
    index: usize,
    controller: &'a Controller,
    config: &'a ControllerConfig,
}

/// Reports what is known of the plans of all controllers.
pub(super) fn check(scenario: &Scenario, hosts: &Hosts, found: &mut Vec<Diagnostic>) {
    for (index, controller) in scenario.controllers.iter().enumerate() {
        let Some(config) = hosts.get(&controller.name).and_then(|host| host.configuration()) else {
            continue;
        };
        let plan = Plan { scenario, index, controller, config };
        certificates::check(&plan, found);
        limits::check(&plan, found);
        paths::check(&plan, found);
        firewalls::check(&plan, hosts, found);
        fetch::check(&plan, found);
        relay::check(&plan, found);
        uptime::check(&plan, found);
        versions::check(&plan, found);
    }
}

impl<'a> Plan<'a> {
    /// Returns the profile, if images come from a server of the scenario, and that server.
    fn source(&self) -> Option<(&'a ImageDownloadProfile, &'a Server)> {
        let profile = self.config.image_download.as_ref()?;
        let address = profile.server()?;
        Some((profile, self.scenario.servers.iter().find(|server| server.known_address() == address)?))
    }

    /// Returns the access points of this controller.
    fn access_points(&self) -> impl Iterator<Item = &'a AccessPoint> {
        let index = self.index;
        self.scenario.access_points.iter().filter(move |ap| ap.controller == index)
    }

    /// Returns those of them that will download an image.
    fn downloading(&self) -> impl Iterator<Item = &'a AccessPoint> {
        let target = self.scenario.images.get(&self.controller.running).map(|set| set.ap);
        self.access_points().filter(move |ap| Some(ap.running) != target && ap.backup != target)
    }

    /// Returns the place of a command of the profile, or that of the controller.
    fn line(&self, command: &str) -> Span {
        let text = self.controller.config.as_ref();
        let lines = &self.config.lines;
        let line = lines.get(command).or_else(|| lines.get("wireless profile image-download"));
        match (text, line) {
            (Some(text), Some(line)) => text.line_span(*line),
            _ => self.controller.span,
        }
    }
}

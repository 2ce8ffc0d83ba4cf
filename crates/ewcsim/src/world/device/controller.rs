//! A controller.

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::time::Duration;

use capwap::ImageDataLayout;
use catalogue::FactError;
use command_line::Output;
use engine::AnyHost;
use ewc::config::Mode;
use ewc::web::{BANNER, Button};
use ewc::{ControllerHandle, OwnImage, Release, SoftwareHandle};
use host::Sink;
use image::Version;
use indexmap::IndexMap;
use scenario::{ConfigText, Diagnostic, Exec, ImageData, Scenario, Web, WebButton, WebMode};
use text::numbers::count;

use super::config::place_in_line;
use super::{Blueprint, Device, Kind, NewBox, Start, Supplies, Typed, quirk_ids, sink_of, terminal};
use crate::address::ipv4;
use crate::clock::WallClock;
use crate::world::logs::Printed;
use crate::world::record::{Event, WorldEvent};

pub(super) static KIND: Kind = Kind {
    noun: "the controller",
    title: "The controller",
    events: ewc::ControllerEvent::KINDS,
    common_fields: &[],
    speaks_tcp: true,
    commands: || ewc::show_commands().collect(),
    show: |line| ewc::show(&ewc::Snapshot::default(), line),
    refuses: |line| ewc::COMMANDS.read(line).err(),
};

/// A controller of a scenario.
#[derive(Debug)]
pub(super) struct Controller {
    /// The index into [`Scenario::controllers`].
    index: usize,
    name: String,
    address: Ipv4Addr,
    clock: WallClock,
    /// The version that it runs at the start.
    version: Version,
    /// The configuration, as far as it is about images.
    config: ewc::ControllerConfig,
}

impl Controller {
    pub(super) fn read(scenario: &Scenario, index: usize, found: &mut Vec<Diagnostic>) -> Self {
        let setup = &scenario.controllers[index];
        let config = setup.config.as_ref().map_or_else(ewc::ControllerConfig::default, |text| {
            let config = read_config(&setup.name, ipv4(setup.address), text, found);
            check_profile(scenario, &setup.image_type, &config, text, found);
            config
        });
        let (name, address) = (setup.name.clone(), ipv4(setup.address));
        let version = version(scenario, index).unwrap_or(Version::NONE);
        Self { index, name, address, clock: WallClock::new(scenario.start), version, config }
    }
}

impl Blueprint for Controller {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn build(&self, supplies: &Supplies<'_>) -> Result<Box<dyn Device>, FactError> {
        let scenario = supplies.scenario;
        let setup = &scenario.controllers[self.index];
        let set = supplies.images.set(&setup.running);
        let mut controller =
            ewc::Controller::new(&setup.name, &setup.model, self.address, set.ap, &scenario.catalogue)?;
        controller.settings.image_data_layout = layout(scenario);
        controller.mac = setup.mac;
        controller.serial = format!("EWCSIMC{:04}", self.index);
        controller.clock = Duration::from_nanos(self.clock.epoch_ns());
        controller.uptimes = supplies.uptimes.clone();
        controller.config = self.config.clone();
        controller.pool = supplies.pool.clone();
        for image_type in std::iter::once(&setup.image_type).chain(&setup.images) {
            let Some(file) = set.file(image_type).cloned() else { continue };
            let (images, running) = (supplies.images.clone(), setup.running.clone());
            controller.own_images.push(OwnImage::new(image_type, move || images.content(&running, &file)));
        }
        controller.software = SoftwareHandle::new(Release {
            version: set.controller_version(),
            ap: set.ap,
            own_images: controller.own_images.clone(),
            file: set.file(image::CONTROLLER_FILE).cloned().map(|file| {
                let (images, running) = (supplies.images.clone(), setup.running.clone());
                OwnImage::new(image::CONTROLLER_FILE, move || images.content(&running, &file))
            }),
        });
        let config = setup.config.as_ref().map(|config| config.text.clone()).unwrap_or_default();
        Ok(Box::new(Running {
            handle: RefCell::new(ControllerHandle::new(controller.clone(), Sink::ignore())),
            controller: RefCell::new(controller),
            first: RefCell::default(),
            config: RefCell::new(config.clone()),
            saved: RefCell::new(config),
        }))
    }

    fn lines(&self, at: Duration, event: &Event) -> Vec<Printed> {
        let Event::Controller(event) = event else { return Vec::new() };
        let messages = ewc::syslog::messages(event, self.address).into_iter();
        let printed = |message: ewc::syslog::Message| Printed {
            text: ewc::syslog::line(&self.clock.ios(at), &message.text),
            verified: message.verified,
        };
        messages.map(printed).collect()
    }

    fn show_empty(&self, line: &str) -> Option<Output> {
        ewc::show(&ewc::Snapshot { version: self.version, ..ewc::Snapshot::default() }, line)
    }

    fn is_unverified(&self, field: &str, value: &str) -> bool {
        ewc::is_unverified(field, value)
    }

    fn configuration(&self) -> Option<&ewc::ControllerConfig> {
        Some(&self.config)
    }

    fn check_config(&self, lines: &ConfigText, found: &mut Vec<Diagnostic>) {
        check_typed(&read_config(&self.name, self.address, lines, found), lines, found);
    }

    fn check_command(&self, scenario: &Scenario, exec: &Exec, found: &mut Vec<Diagnostic>) {
        let Some(name) = terminal::check(&ewc::COMMANDS, exec, found) else { return };
        let is_name = ewc::names_access_point(&exec.command);
        if !is_name || scenario.access_points.iter().any(|known| known.name == name) {
            return;
        }
        let problem =
            Diagnostic::error(format!("no access point is called `{name}`")).at(exec.span, "typed here");
        let near = text::closest(name, scenario.access_points.iter().map(|known| known.name.as_str()));
        found.push(match near.is_empty() {
            true => problem,
            false => problem.help(format!("did you mean {}?", terminal::quoted(near.into_iter()))),
        });
    }

    fn check_page(&self, scenario: &Scenario, web: &Web, found: &mut Vec<Diagnostic>) {
        check_typed(&read_config(&self.name, self.address, &web.profile, found), &web.profile, found);
        let own_type = &scenario.controllers[self.index].image_type;
        let is_mixed = scenario.access_points.iter().any(|point| point.image_type != *own_type);
        let name = match web.mode {
            Some(WebMode::Cco) => "image-download-mode cco",
            // In a mixed network the page refuses it.
            Some(WebMode::Http) if !is_mixed => "image-download-mode http",
            Some(WebMode::Http | WebMode::Tftp | WebMode::Sftp) | None => return,
        };
        let problem = "this mode of the page is not simulated";
        found.push(Diagnostic::not_modelled(name, problem).at(web.span, "chosen here"));
    }

    fn quirks(&self, scenario: &Scenario) -> Vec<String> {
        let version = version(scenario, self.index).unwrap_or(Version::NONE);
        quirk_ids(&scenario.catalogue.controller_quirks(), version, version)
    }
}

/// A controller that has been built.
struct Running {
    /// The handle of the last start; before the first start, one that is not running. Each start makes a new one.
    handle: RefCell<ControllerHandle>,
    controller: RefCell<ewc::Controller>,
    /// The controller in its first box, once it has moved to another.
    first: RefCell<Option<ewc::Controller>>,
    /// All of its running configuration, in the order in which it was typed.
    config: RefCell<String>,
    /// The configuration that a start reads.
    saved: RefCell<String>,
}

impl Device for Running {
    fn start(&self, host: &AnyHost, start: Start, events: Sink<Event>) {
        // A standby that takes over has the running configuration.
        if start == Start::Cold && *self.config.borrow() != *self.saved.borrow() {
            self.config.replace(self.saved.borrow().clone());
            self.controller.borrow_mut().config = parsed(&self.config.borrow()).unwrap_or_default();
            let what = "the configuration that was not saved is lost".to_owned();
            events.emit(Event::World(WorldEvent::Changed { what }));
        }
        let handle =
            ControllerHandle::new(self.controller.borrow().clone(), sink_of(events, Event::Controller));
        self.handle.replace(handle.clone());
        let boot = (start == Start::Cold).then_some(self.controller.borrow().settings.boot);
        devices::start_controller(host, handle, boot);
    }

    fn is_serving(&self) -> bool {
        self.handle.borrow().is_up()
    }

    fn move_to(&self, new_box: Option<NewBox>) {
        let mut controller = self.controller.borrow_mut();
        let first = self.first.borrow_mut().get_or_insert_with(|| controller.clone()).clone();
        let known = (controller.config.clone(), controller.known_hosts.clone());
        *controller = first;
        (controller.config, controller.known_hosts) = known;
        let Some(NewBox { model, mac, serial, active, inactive }) = new_box else { return };
        (controller.model, controller.mac, controller.serial) = (model, mac, serial);
        (controller.version, controller.own_images) = (active.ap, active.own_images.clone());
        controller.software = SoftwareHandle::holding(active, inactive);
    }

    fn go_down(&self) {
        self.handle.borrow().go_down();
    }

    fn show(&self, command: &str, now: Duration) -> Option<Output> {
        self.handle.borrow().show(now, command)
    }

    fn exec(&self, command: &str, now: Duration, powered: bool) -> Option<Typed> {
        // There is no answer without power, nor while it boots.
        let is_up = powered && self.handle.borrow().is_up();
        let answer = is_up.then(|| self.handle.borrow().exec(now, command));
        let reloads = answer.as_ref().is_some_and(|answer| answer.reloads);
        if answer.as_ref().is_some_and(|answer| answer.saves) {
            self.saved.replace(self.config.borrow().clone());
        }
        Some(Typed { output: answer.map(|answer| answer.text), reloads })
    }

    fn configure(&self, lines: &str) {
        let mut all = self.config.borrow_mut();
        // Each part begins in the global mode.
        all.push_str("\nend\n");
        all.push_str(lines);
        // Each part has been checked separately before the run.
        if let Some(config) = parsed(&all) {
            self.controller.borrow_mut().config = config.clone();
            self.handle.borrow().configure(config);
        }
    }

    fn press(&self, web: &Web, now: Duration) -> String {
        if !web.profile.text.is_empty() {
            self.configure(&web.profile.text);
        }
        let button = match web.press {
            WebButton::Save => Button::Save,
            WebButton::SaveAndDownload => Button::SaveAndDownload,
            WebButton::Activate => Button::Activate,
            WebButton::Cancel => Button::Cancel,
        };
        let words = self.handle.borrow().press(now, button);
        if matches!(button, Button::Save | Button::SaveAndDownload) {
            self.saved.replace(self.config.borrow().clone());
        }
        words
    }

    fn controller(&self, now: Duration) -> Option<ewc::Snapshot> {
        Some(self.handle.borrow().snapshot(now))
    }
}

/// Reads a configuration whose parts were checked before the run.
fn parsed(text: &str) -> Option<ewc::ControllerConfig> {
    ewc::ControllerConfig::parse(text).ok()
}

/// Returns the layout of images in messages, for both ends.
pub(super) fn layout(scenario: &Scenario) -> ImageDataLayout {
    match scenario.capwap.image_data {
        ImageData::Cisco => ImageDataLayout::Cisco,
        ImageData::Rfc5415 => ImageDataLayout::Rfc5415,
    }
}

/// Returns the version that a controller requires of its access points.
pub(super) fn version(scenario: &Scenario, controller: usize) -> Option<Version> {
    scenario.images.get(&scenario.controllers[controller].running).map(|set| set.ap)
}

/// The number of lines without effect of which each is a warning of its own. More of them are those of a whole configuration.
const ALONE_MAX: usize = 3;

/// Reads an IOS-XE configuration of the controller with this name and address; after an error it returns an empty one.
fn read_config(
    name: &str,
    address: Ipv4Addr,
    text: &ConfigText,
    found: &mut Vec<Diagnostic>,
) -> ewc::ControllerConfig {
    match ewc::ControllerConfig::parse(&text.text) {
        Ok(config) => {
            found.extend(
                config.warnings.iter().map(|warning| {
                    Diagnostic::warning(&warning.message).at(text.line_span(warning.line), "")
                }),
            );
            found.extend(not_modelled(&config, address, text));
            found.extend(not_about_images(name, &config, text));
            config
        }
        Err(errors) => {
            found.extend(errors.0.iter().map(|error| {
                let start = place_in_line(&text.text, error.line, error.column);
                let line = text.text.lines().nth(error.line.saturating_sub(1)).unwrap_or_default();
                let word = line[start..].split_whitespace().next().map_or(0, str::len);
                let span = text.part_span(error.line, start..start + word);
                Diagnostic::error(error.problem.to_string()).at(span, "")
            }));
            ewc::ControllerConfig::default()
        }
    }
}

/// Reports typed lines that take effect only in the configuration with which the run starts.
fn check_typed(config: &ewc::ControllerConfig, text: &ConfigText, found: &mut Vec<Diagnostic>) {
    if config.accepts_expired {
        let name = "match certificate … allow expired-certificate";
        let problem = Diagnostic::not_modelled(
            name,
            format!("`{name}` is not modelled where it is typed during the run"),
        );
        let problem =
            problem.at(text.span(), "access points learn of it only from the configuration at the start");
        found.push(problem.help("write it below `config:` of the controller"));
    }
}

/// Returns a problem for each name of lines that may matter and are not modelled.
fn not_modelled(config: &ewc::ControllerConfig, address: Ipv4Addr, text: &ConfigText) -> Vec<Diagnostic> {
    let mut by_name: IndexMap<&str, (&ewc::config::NotModelled, usize)> = IndexMap::new();
    for each in config.not_modelled.iter().filter(|each| each.matters_at(address)) {
        by_name.entry(&each.name).or_insert((each, 0)).1 += 1;
    }
    let problems = by_name.into_iter().map(|(name, (first, lines))| {
        let problem = Diagnostic::not_modelled(name, format!("`{name}` is not modelled: {}", first.why));
        let problem = problem.at(text.line_span(first.line), "may matter");
        if lines == 1 { problem } else { problem.note(format!("{} begin like that", count(lines, "line"))) }
    });
    problems.collect()
}

/// Returns warnings about lines without effect: each, or their number.
fn not_about_images(name: &str, config: &ewc::ControllerConfig, text: &ConfigText) -> Vec<Diagnostic> {
    let lines = &config.not_about_images;
    if lines.len() <= ALONE_MAX {
        let alone = |line: &ewc::config::NotAboutImages| {
            Diagnostic::warning(line.to_string()).at(text.line_span(line.line), "")
        };
        return lines.iter().map(alone).collect();
    }
    let details = lines.iter().map(|line| (text.line_span(line.line), line.to_string())).collect();
    let problem = format!("{name}: {} lines are not about images", lines.len());
    vec![Diagnostic::warning(problem).counting(details)]
}

/// Warns about a profile that cannot fetch anything in this scenario.
fn check_profile(
    scenario: &Scenario,
    own_type: &str,
    config: &ewc::ControllerConfig,
    text: &ConfigText,
    found: &mut Vec<Diagnostic>,
) {
    let Some(profile) = &config.image_download else { return };
    let line = |word: &str| {
        let line = config.lines.get(word).or_else(|| config.lines.get("wireless profile image-download"));
        line.map_or_else(|| text.span(), |line| text.line_span(*line))
    };
    let is_homogeneous =
        || scenario.access_points.iter().all(|access_point| access_point.image_type == own_type);
    let (server, word) = match profile.mode {
        Mode::Tftp => (profile.tftp.server, "tftp-image-server"),
        Mode::Sftp => (profile.sftp.server, "sftp-image-server"),
        Mode::Unconfigured | Mode::Http if is_homogeneous() => return,
        Mode::Unconfigured => {
            let warning = Diagnostic::warning("the profile has no `image-download-mode`");
            let warning =
                warning.at(line("wireless profile image-download"), "the controller will fetch nothing");
            return found
                .push(warning.help("write `image-download-mode tftp` or `image-download-mode sftp`"));
        }
        Mode::Http => {
            let warning = Diagnostic::warning(BANNER);
            let warning = warning.at(line("image-download-mode"), "the controller will fetch nothing");
            return found
                .push(warning.help("such networks need `tftp`, `sftp` or `cco`; `cco` is not simulated"));
        }
        Mode::Cco => {
            let problem = "images come from Cisco over the Internet, and that is not simulated";
            let problem = Diagnostic::not_modelled("image-download-mode cco", problem);
            let problem = problem.at(line("image-download-mode"), "the controller will fetch nothing");
            return found.push(problem.help("`tftp` and `sftp` are simulated"));
        }
    };
    if !scenario.servers.iter().any(|known| known.known_address() == server) {
        let problem = format!("no server of the scenario has the address {server}");
        let ends = "every fetch from it will end in `Timed out`";
        found.push(Diagnostic::warning(problem).at(line(word), ends));
    }
}

//! Networks drawn at random, on both engines.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scenario::MemoryFiles;

use crate::exceptions::Exception;
use crate::pair::Pair;

/// The number of networks of each kind; `ci/long` draws more.
const LABS: u64 = 2;
/// Every run lasts this long, in seconds.
const UNTIL: u32 = 300;

/// A network to be drawn.
#[derive(Clone, Debug)]
struct Lab {
    seed: u64,
    server: Server,
    /// The models of the access points.
    access_points: Vec<&'static str>,
    /// Latency in microseconds, jitter, loss in hundredths of a percent, bandwidth in Mbit/s, damaged frames as loss.
    wan: (u32, u32, u32, u32, u32),
    server_latency_us: u32,
    /// A rule of the firewall between controller and server, and its default.
    rule: Option<(&'static str, &'static str)>,
    /// Power cuts: the host, the second, and the length in seconds.
    cuts: Vec<(&'static str, u32, u32)>,
    window: u8,
}

#[derive(Clone, Copy, Debug)]
enum Server {
    TftpdHpa,
    Tftpd64,
    OpenSsh,
}

impl Server {
    /// Returns the lines of the server, and those of the controller's profile.
    fn lines(self) -> (&'static str, &'static str) {
        let tftp = "image-download-mode tftp\n     tftp-image-server 10.0.5.27\n     tftp-image-path /images";
        match self {
            Self::TftpdHpa => ("software: tftpd-hpa, files: { /images: new }", tftp),
            Self::Tftpd64 => ("software: tftpd64, files: { /images: new }", tftp),
            Self::OpenSsh => (
                "software: openssh, users: [{ name: ewc, password: Sw0rdfish }], files: { /home/ewc/images: new }",
                "image-download-mode sftp\n     sftp-image-server 10.0.5.27\n     sftp-image-path /images\n     \
                 sftp-image-username ewc\n     sftp-image-password 0 Sw0rdfish",
            ),
        }
    }
}

impl Lab {
    /// Writes it as a scenario.
    fn text(&self) -> String {
        let (server, profile) = self.server.lines();
        let (latency, jitter, loss, bandwidth, corruption) = self.wan;
        let mut text = format!(
            "scenario: A network drawn at random\nstart: 2024-01-30T21:38:00Z\nuntil: {UNTIL}s\nseed: {}\n\
             images:\n  new: {{ ap: 17.9.4.27, files: {{ ap1g6: 307200, ap1g7: 1024000, ap1g8: 409600, ap3g3: 358400 }} }}\n\
             network:\n  links:\n    - {{ name: wan, between: [aps, ewc], latency: {latency}us, jitter: {jitter}us, \
             loss: {}%, corruption: {}%, bandwidth: {bandwidth}Mbit }}\n    - {{ name: dc, between: [ewc, server], latency: {}us }}\n",
            self.seed,
            f64::from(loss) / 100.0,
            f64::from(corruption) / 100.0,
            self.server_latency_us,
        );
        if let Some((rule, default)) = self.rule {
            let _ = writeln!(
                text,
                "  firewalls:\n    - {{ name: fw, between: [ewc, server], rules: [{{ {rule} }}], default: {default} }}"
            );
        }
        let _ = write!(
            text,
            "servers:\n  - {{ name: server, address: 10.0.5.27, {server} }}\n\
             controller:\n  name: ewc\n  model: C9120AXI\n  address: 10.0.4.2\n  running: new\n  config: |\n    \
             wireless profile image-download default\n     {profile}\ncapwap: {{ window: {} }}\naccess_points:\n",
            self.window
        );
        for (index, model) in self.access_points.iter().enumerate() {
            let _ = writeln!(
                text,
                "  - {{ name: ap-{index}, model: {model}, address: 10.0.4.{}, running: 17.3.3.26, backup: 8.10.130.0 }}",
                10 + index
            );
        }
        text.push_str("timeline:\n  - { at: 0s, power_on: all }\n");
        for (host, at, length) in &self.cuts {
            let _ = writeln!(
                text,
                "  - {{ at: {at}s, power_off: {host} }}\n  - {{ at: {}s, power_on: {host} }}",
                at + length
            );
        }
        text.push_str("expect:\n  - { access_points: all, running: 17.9.4.27, state: registered }\n");
        text
    }

    /// Runs it on both engines, and compares.
    fn compare(&self) -> Result<(), Failed> {
        let files = MemoryFiles::default().with("lab.yaml", self.text());
        let prepared =
            ewcsim::load(Path::new("lab.yaml"), &files).map_err(|problems| problems.render(false))?;
        let allowed = &[Exception::OwnTimer, Exception::End, Exception::Acknowledgement];
        Pair::run(&prepared, Duration::from_millis(1), allowed).compare(&prepared)
    }
}

/// Returns networks with one of these servers. Those with TCP lose no packets: where the times differ, others would be lost.
fn labs(servers: &'static [Server]) -> impl Strategy<Value = Lab> {
    let loss_max = if servers.iter().any(|server| matches!(server, Server::OpenSsh)) { 0 } else { 200_u32 };
    let models = ["C9105AXI", "C9120AXI", "AIR-AP3802I-B-K9", "AIR-AP1815I-B-K9"];
    let rules = [
        ("deny: udp/69", "permit"),
        ("reject: udp/69", "permit"),
        ("permit: udp/69", "deny"),
        ("deny: tcp/22", "permit"),
        ("reject: tcp/22", "permit"),
        ("permit: tcp/22", "deny"),
    ];
    let cut = (prop::sample::select(vec!["ap-0", "ewc", "server"]), 1..UNTIL - 60, 1..50_u32);
    let wan = (0..40_000_u32, 0..2_000_u32, 0..=loss_max, 1..200_u32, 0..=loss_max);
    (
        any::<u32>(),
        prop::sample::select(servers),
        prop::collection::vec(prop::sample::select(models.to_vec()), 1..=4),
        wan,
        0..5_000_u32,
        prop::option::weighted(0.4, prop::sample::select(rules.to_vec())),
        prop::collection::vec(cut, 0..=2),
        1..=20_u8,
    )
        .prop_map(|(seed, server, access_points, wan, server_latency_us, rule, cuts, window)| Lab {
            seed: seed.into(),
            server,
            access_points,
            wan,
            server_latency_us,
            rule,
            cuts,
            window,
        })
}

/// Returns the tests: networks without TCP, and networks with it.
pub(crate) fn trials() -> Vec<Trial> {
    let kinds: [(&str, &'static [Server]); 2] =
        [("udp", &[Server::TftpdHpa, Server::Tftpd64]), ("tcp", &[Server::OpenSsh])];
    let test = |(name, servers): (&str, &'static [Server])| {
        Trial::test(format!("labs/{name}"), move || {
            let cases = test_support::enlarged(LABS) as u32;
            let config =
                Config { cases, failure_persistence: None, max_shrink_iters: 4, ..Config::default() };
            let mut runner =
                TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
            let compared = runner.run(&labs(servers), |lab| {
                lab.compare().map_err(|failed| {
                    TestCaseError::fail(format!("{}\n{}", failed.message().unwrap_or_default(), lab.text()))
                })
            });
            compared.map_err(|error| error.to_string().into())
        })
    };
    kinds.into_iter().map(test).collect()
}

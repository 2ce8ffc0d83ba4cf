//! A network whose outputs are printed as a controller prints them, and what a terminal does to a log.

use std::net::Ipv4Addr;

use ewc::{ApRow, ApState, PredownloadRow, PredownloadStatus, ReleaseRow, ReleaseState, Snapshot};
use image::Version;
use intake::{AccessPoint, Found, Input, Network};
use text::MacAddress;

/// The commands whose outputs have everything that a row of [`ApRow`] shows.
pub(crate) const COMMANDS: [&str; 7] = [
    "show ap summary",
    "show ap image",
    "show ap tag summary",
    "show ap status",
    "show ap config general",
    "show ap uptime",
    "show install summary",
];

/// The commands of which a controller without a history prints nothing.
pub(crate) const JOINS: &str = "show wireless stats ap join summary";
pub(crate) const CDP: &str = "show ap cdp neighbors";

/// Returns what [`JOINS`] prints, in genieparser's layout.
pub(crate) fn joins(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    for page in snapshot.aps.chunks(10) {
        text += &format!("Number of APs: {}\n\n", snapshot.aps.len());
        text += &format!(
            "{:<16}{:<16}{:<34}{:<44}{:<12}{:<22}Last Disconnect Reason\n{}\n",
            "Base MAC",
            "Ethernet MAC",
            "AP Name",
            "IP Address",
            "Status",
            "Last Failure Phase",
            "-".repeat(166)
        );
        for ap in page {
            let (radio, mac) = (ap.radio_mac.to_string(), ap.mac.to_string());
            let address = ap.address.to_string();
            let status = if ap.slots == 2 { "Joined" } else { "Not Joined" };
            text += &format!(
                "{radio:<16}{mac:<16}{:<34}{address:<44}{status:<12}{:<22}Max Retransmission to AP             \n",
                ap.name, "Image-Download"
            );
        }
    }
    text
}

/// Returns what [`CDP`] prints, in genieparser's layout.
pub(crate) fn neighbors(snapshot: &Snapshot) -> String {
    let mut text = format!("Number of neighbors: {}\n\n", snapshot.aps.len());
    text += &format!(
        "    {:<33}{:<42}{:<19}Neighbor Port\n    {}\n",
        "AP Name",
        "AP IP",
        "Neighbor Name",
        "-".repeat(109)
    );
    for (index, ap) in snapshot.aps.iter().enumerate() {
        let address = ap.address.to_string();
        text += &format!(
            "    {:<33}{address:<42}a02-21-sd-sw1.cisco.com TenGigabitEthernet3/0/{index}\n\n",
            ap.name
        );
        text += "    Neighbor IP Count: 1\n    10.8.32.1\n\n";
    }
    text
}

/// Returns the version in this text.
pub(crate) fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

/// Returns a row.
pub(crate) fn row(name: &str, model: &str, number: u8) -> ApRow {
    let mac = MacAddress([0x00, 0x2c, 0xc8, 0x10, 0x00, number]);
    ApRow {
        name: name.to_owned(),
        model: model.to_owned(),
        slots: 2 + number % 2,
        mac,
        radio_mac: mac.base_radio(),
        address: Ipv4Addr::new(10, 20, 1, number),
        location: ["default location", "Fab A", "2nd floor, 10.1.1.1 US", "x"][usize::from(number % 4)]
            .to_owned(),
        state: if number % 5 == 4 { ApState::ImageData } else { ApState::Registered },
        image_type: None,
        running: version("17.9.4.27"),
        primary: version("17.9.4.27"),
        backup: if number.is_multiple_of(3) { Version::NONE } else { version("17.3.3.26") },
        joined_at: std::time::Duration::ZERO,
        download: None,
        download_since: None,
        predownload: PredownloadRow {
            status: if number % 4 == 1 { PredownloadStatus::NotSupported } else { PredownloadStatus::None },
            ..PredownloadRow::default()
        },
        controller_image: None,
        controller_status: PredownloadStatus::None,
    }
}

/// Returns a controller with twelve access points, of the release that has the older or the newer layout.
pub(crate) fn twelve(release: &str) -> Snapshot {
    let models = ["C9105AXI-B", "AIR-AP1815I-B-K9", "C9120AXE-B", "9130AXI", "AIR-CAP1702I-B-K9"];
    let names = [
        "AP002A.1087.CA0A",
        "K-XXXXX-YYY-SS-AP2_N",
        "a121-cap22",
        "x",
        "lobby",
        "an-access-point-of-32-letters-ab",
    ];
    let aps = (1..=12).map(|number| {
        let name = names
            .get(usize::from(number) - 1)
            .map_or_else(|| format!("ap-{number}"), |name| (*name).to_owned());
        row(&name, models[usize::from(number) % models.len()], number)
    });
    Snapshot {
        name: "9120-EWC".to_owned(),
        version: version(release),
        aps: aps.collect(),
        releases: vec![
            ReleaseRow {
                version: "17.09.04a.0.6".to_owned(),
                ap: version("17.9.4.27"),
                state: ReleaseState::Committed,
            },
            ReleaseRow {
                version: "17.12.01.0.5".to_owned(),
                ap: version("17.12.1.5"),
                state: ReleaseState::Inactive,
            },
        ],
        ..Snapshot::default()
    }
}

/// Returns what a command prints.
pub(crate) fn show(snapshot: &Snapshot, command: &str) -> String {
    ewc::show(snapshot, command).unwrap_or_else(|| panic!("no command is `{command}`")).text
}

/// Returns a log of these commands with their prompts.
pub(crate) fn log(snapshot: &Snapshot, commands: &[&str]) -> String {
    let outputs = commands.iter().map(|command| format!("9120-EWC#{command}\n{}", show(snapshot, command)));
    outputs.collect::<String>() + "9120-EWC#"
}

/// Reads one text.
pub(crate) fn read(text: &str) -> Network {
    intake::read(&[Input { name: "log.txt".to_owned(), bytes: text.as_bytes().to_vec() }])
}

/// Returns the access points as they would be printed, in the order of their names.
pub(crate) fn rows(network: &Network, like: &Snapshot) -> Vec<ApRow> {
    let mut rows: Vec<ApRow> =
        network.access_points.iter().map(|access_point| row_of(access_point, like)).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

fn value<T: Clone>(found: &Option<Found<T>>) -> Option<T> {
    found.as_ref().map(|found| found.value.clone())
}

fn row_of(access_point: &AccessPoint, like: &Snapshot) -> ApRow {
    let name = value(&access_point.name).unwrap_or_default();
    let unknown = row("", "", 0);
    // What no output shows.
    let hidden = like.aps.iter().find(|ap| ap.name == name).unwrap_or(&unknown);
    let status = value(&access_point.predownload_status).unwrap_or_default();
    let status = [
        ("None", PredownloadStatus::None),
        ("Initiated", PredownloadStatus::Initiated),
        ("Predownloading", PredownloadStatus::Predownloading),
        ("Complete", PredownloadStatus::Complete),
        ("Not Supported", PredownloadStatus::NotSupported),
        ("Failed", PredownloadStatus::Failed),
    ]
    .iter()
    .find(|(text, _)| *text == status)
    .map_or(PredownloadStatus::Failed, |(_, status)| *status);
    ApRow {
        model: value(&access_point.model).unwrap_or_default(),
        slots: value(&access_point.slots).unwrap_or_default(),
        mac: value(&access_point.mac).unwrap_or(MacAddress([0; 6])),
        radio_mac: value(&access_point.radio_mac).unwrap_or(MacAddress([0; 6])),
        address: match value(&access_point.address) {
            Some(std::net::IpAddr::V4(address)) => address,
            _ => Ipv4Addr::UNSPECIFIED,
        },
        location: value(&access_point.location).unwrap_or_default(),
        state: match value(&access_point.state).as_deref() {
            Some("Registered") => ApState::Registered,
            Some("Downloading") => ApState::ImageData,
            _ => ApState::Joined,
        },
        running: access_point.running().map_or(Version::NONE, |running| running.value),
        primary: value(&access_point.primary).unwrap_or(Version::NONE),
        backup: value(&access_point.backup).unwrap_or(Version::NONE),
        predownload: PredownloadRow {
            status,
            version: value(&access_point.predownload).unwrap_or(Version::NONE),
            ..hidden.predownload.clone()
        },
        image_type: hidden.image_type.clone(),
        name,
        ..unknown
    }
}

/// What happens to a log before it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mangled {
    /// Nothing.
    Plain,
    /// Lines end with CR and LF.
    Crlf,
    /// Every second line is blank.
    Doubled,
    /// The terminal wrapped lines at this width.
    Wrapped(usize),
    /// It did, and an editor removed blanks at the ends of lines.
    WrappedAndTrimmed(usize),
    /// `--More--` stood every 24 lines, and was erased.
    More,
    /// It did, and backspaces are lost.
    MoreLeft,
    /// A time stands in front of each line.
    Stamped,
    /// Messages of the device in between.
    Messages,
    /// Blank lines, and prompts at which nothing was typed, around each output.
    Prompts,
    /// UTF-16, as PowerShell writes it.
    Wide,
}

/// Returns the bytes of a log after that.
pub(crate) fn mangled(log: &str, how: Mangled) -> Vec<u8> {
    let lines = |line: &dyn Fn(usize, &str) -> String| {
        log.split('\n')
            .enumerate()
            .map(|(index, text)| line(index, text))
            .collect::<Vec<_>>()
            .join("\n")
            .into_bytes()
    };
    let wrap = |line: &str, width: usize| {
        let letters: Vec<char> = line.chars().collect();
        let parts = letters.chunks(width).map(|part| part.iter().collect::<String>());
        parts.collect::<Vec<_>>().join("\n")
    };
    match how {
        Mangled::Plain => log.as_bytes().to_vec(),
        Mangled::Crlf => log.replace('\n', "\r\n").into_bytes(),
        Mangled::Doubled => log.replace('\n', "\n\n").into_bytes(),
        Mangled::Wrapped(width) => lines(&|_, line| wrap(line, width)),
        Mangled::WrappedAndTrimmed(width) => lines(&|_, line| {
            let wrapped = wrap(line, width);
            wrapped.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n")
        }),
        Mangled::More => lines(&|index, line| match index % 24 {
            23 => format!(" --More-- {0}{1}{0}{line}", "\u{8}".repeat(9), " ".repeat(8)),
            _ => line.to_owned(),
        }),
        Mangled::MoreLeft => lines(&|index, line| match index % 24 {
            23 => format!(" --More--         {line}"),
            _ => line.to_owned(),
        }),
        Mangled::Stamped => {
            lines(&|index, line| format!("[2026-03-05 22:{:02}:{:02}] {line}", index / 60 % 60, index % 60))
        }
        Mangled::Messages => lines(&|index, line| match index % 7 {
            3 => format!("*Mar  5 22:00:01.123: %SYS-5-CONFIG_I: Configured from console by console\n{line}"),
            _ => line.to_owned(),
        }),
        Mangled::Prompts => log.replace("9120-EWC#", "\n9120-EWC#\n9120-EWC#\n\n9120-EWC#").into_bytes(),
        Mangled::Wide => {
            let units = std::iter::once(0xfeff_u16).chain(log.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        }
    }
}

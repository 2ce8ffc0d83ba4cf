//! `show capwap client rcb`, in the layout of genieparser, cheetah `ShowCapwapClientRcb`: its first golden output is of an access point in
//! service, the second of one that looks for a controller.

use command_line::{Command, Fields};

use super::{Console, Effect, Line, Show, command, printed};
use crate::State;
use crate::render::unverified;

pub(super) const COMMAND: Command<Effect> = command("show capwap client rcb", Show::lines(LINES, text));

const WINDOW: &str = "Active Window Size";
const LAST_SENT: &str = "Controller Last Sent";
const TAGGING: &str = "AP Inline Tagging Mode";
const SGACL: &str = "AP Sgacl Enforcement";
const OVERRIDE: &str = "AP Override Status";

/// Values without a state behind them are those of both golden outputs.
const LINES: &[Line] = &[
    ("AdminState", |_| "ADMIN_ENABLED".to_owned()),
    ("OperationState", |console| console.status.state.operation_state().to_owned()),
    ("Name", |console| console.access_point.name.clone()),
    ("SwVer", |console| printed(console.status.running)),
    ("HwVer", |_| "1.0.0.0".to_owned()),
    ("MwarApMgrIp", |console| match console.controller() {
        "" => "::".to_owned(),
        _ => console.access_point.controller.to_string(),
    }),
    ("MwarName", |console| console.controller().to_owned()),
    ("MwarHwVer", |_| "0.0.0.0".to_owned()),
    ("Location", |_| "default location".to_owned()),
    ("ApMode", |_| "Local".to_owned()),
    ("ApSubMode", |_| "Not Configured".to_owned()),
    ("CAPWAP Path MTU", |console| path_mtu(console).to_string()),
    ("Software Initiated Reload Reason", |console| console.status.reload_reason.to_string()),
    (WINDOW, |console| window(console).to_string()),
    ("OOB Image Download", |_| "Enabled".to_owned()),
    ("CAPWAP UDP-Lite", |_| "Enabled".to_owned()),
    ("IP Prefer-mode", |_| "IPv4".to_owned()),
    ("AP Link DTLS Encryption", |_| "OFF".to_owned()),
    ("AP TCP MSS Adjust", |_| "Enabled".to_owned()),
    ("AP TCP MSS size", |_| "1250".to_owned()),
    ("LinkAuditing", |_| "disabled".to_owned()),
    ("AP Group Name", |_| "default-group".to_owned()),
    (LAST_SENT, |_| "No value set".to_owned()),
    (TAGGING, |_| "Disabled".to_owned()),
    (SGACL, |_| "Disabled".to_owned()),
    (OVERRIDE, |_| "Disabled".to_owned()),
    ("Total Flash Writes Since Boot", |_| unverified::FLASH_WRITES.to_owned()),
    ("BLE Module Admin State", |_| "Disabled".to_owned()),
    ("Hyperlocation Admin State", |_| "Disabled".to_owned()),
];

/// Lays out the lines, with a heading above some of them.
fn text(_: &Console<'_>, fields: &Fields) -> String {
    let mut text = String::new();
    for (label, value) in &fields.lines {
        text += match *label {
            WINDOW => "CAPWAP Sliding Window\n",
            LAST_SENT => "CAPWAP Disconnect Reason:\n",
            TAGGING => "Cisco Trustsec Config\n",
            _ => "",
        };
        let line = match *label {
            LAST_SENT => format!("    {label}: {value}"),
            TAGGING | SGACL | OVERRIDE => format!("  {label:<33} : {value}"),
            _ => format!("{label:<34} : {value}"),
        };
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// Returns the path MTU in use, in bytes.
fn path_mtu(console: &Console<'_>) -> u16 {
    let settings = &console.access_point.settings;
    match console.status.state {
        State::Boot | State::Halted => 0,
        _ if console.status.controller.is_none() => settings.path_mtu_discovery,
        _ => console.status.path_mtu.unwrap_or(settings.channel.path_mtu),
    }
}

/// Returns the window of the control channel; 0 without a controller.
fn window(console: &Console<'_>) -> u8 {
    console.status.controller.as_ref().map_or(0, |_| console.access_point.settings.channel.window)
}

//! `show ap config general` and `show ap name NAME config general`, in the layout of genieparser's
//! `ShowApConfigGeneral/cli/equal/golden_output_2_output.txt` (17.12). Lines without a state behind them are left out, except for
//! the defaults of a controller that has no tags nor profiles of its own.

use command_line::{Command, Fields};

use super::view::{ApDetail, View, in_words};
use super::{Effect, views, views_of};
use crate::{ApRow, ApState, unverified};

pub(super) const OF_ALL: Command<Effect> = views("show ap config general", of_all, text);

pub(super) const OF_ONE: Command<Effect> = views_of("show ap name NAME config general", of_one, text);

/// The labels, in the order of the sample.
const COLUMNS: &[&str] = &[
    "Cisco AP Name",
    "Cisco AP Identifier",
    "Country Code",
    "Regulatory Domain Allowed by Country",
    "MAC Address",
    "IP Address",
    "CAPWAP Path MTU",
    "Capwap Active Window Size",
    "Cisco AP Location",
    "Site Tag Name",
    "RF Tag Name",
    "Policy Tag Name",
    "AP join Profile",
    "Flex Profile",
    "Administrative State",
    "Operation State",
    "AP Mode",
    "AP Submode",
    "Software Version",
    "Boot Version",
    "Mini IOS Version",
    "Number of Slots",
    "AP Model",
    "IOS Version",
    "AP Serial Number",
    "AP Up Time",
    "AP CAPWAP Up Time",
    "Join Date and Time",
    "Join Taken Time",
    "EWC-AP Capability",
];

fn of_all(view: &View) -> Fields {
    let rows = view.aps().map(|(ap, detail)| row(view, ap, detail)).collect();
    Fields { columns: COLUMNS, rows, ..Fields::default() }
}

fn of_one(view: &View, place: usize) -> Fields {
    let rows = view.aps().nth(place).map(|(ap, detail)| row(view, ap, detail)).into_iter().collect();
    Fields { columns: COLUMNS, rows, ..Fields::default() }
}

fn row(view: &View, ap: &ApRow, detail: &ApDetail) -> Vec<String> {
    COLUMNS.iter().map(|column| cell(view, ap, detail, column)).collect()
}

fn cell(view: &View, ap: &ApRow, detail: &ApDetail, column: &str) -> String {
    let [site, policy, rf] = unverified::DEFAULT_TAGS;
    let domain = super::domain(&ap.model);
    let joined = view.now.saturating_sub(ap.joined_at);
    let unknown = || unverified::UPTIME_UNKNOWN.to_owned();
    match column {
        "Cisco AP Name" => ap.name.clone(),
        "Cisco AP Identifier" => ap.radio_mac.to_string(),
        "Country Code" => unverified::country(domain).to_owned(),
        "Regulatory Domain Allowed by Country" => format!("802.11bg:-{domain}   802.11a:-{domain}"),
        "MAC Address" => ap.mac.to_string(),
        "IP Address" => ap.address.to_string(),
        "CAPWAP Path MTU" => detail.path_mtu.to_string(),
        "Capwap Active Window Size" => view.window.to_string(),
        "Cisco AP Location" => ap.location.clone(),
        "Site Tag Name" => site.to_owned(),
        "RF Tag Name" => rf.to_owned(),
        "Policy Tag Name" => policy.to_owned(),
        "AP join Profile" => "default-ap-profile".to_owned(),
        "Flex Profile" => "default-flex-profile".to_owned(),
        "Administrative State" => "Enabled".to_owned(),
        "Operation State" => match ap.state {
            ApState::ImageData => unverified::DOWNLOADING.to_owned(),
            ApState::Joined | ApState::DataCheck => unverified::NOT_IN_SERVICE.to_owned(),
            ApState::Registered => "Registered".to_owned(),
        },
        "AP Mode" => "Local".to_owned(),
        "AP Submode" => "Not Configured".to_owned(),
        "Software Version" | "IOS Version" => ap.running.to_string(),
        "Boot Version" => detail.boot.clone(),
        "Mini IOS Version" => "0.0.0.0".to_owned(),
        "Number of Slots" => ap.slots.to_string(),
        "AP Model" => ap.model.clone(),
        "AP Serial Number" => detail.serial.clone(),
        "AP Up Time" => detail.uptime.map_or_else(unknown, in_words),
        "AP CAPWAP Up Time" => in_words(joined),
        "Join Date and Time" => view.time(ap.joined_at, "%m/%d/%Y %H:%M:%S"),
        // The sample's is the difference of the two times, to the second.
        "Join Taken Time" => {
            detail.uptime.map_or_else(unknown, |uptime| in_words(uptime.saturating_sub(joined)))
        }
        "EWC-AP Capability" => if detail.is_ewc_capable { "Enabled" } else { "Disabled" }.to_owned(),
        _ => unreachable!("these are all columns"),
    }
}

fn text(fields: &Fields) -> String {
    let mut text = String::new();
    for row in &fields.rows {
        for (column, cell) in fields.columns.iter().zip(row) {
            text += &match *column {
                "Cisco AP Name" => format!("{column}   : {cell}\n{}\n\n", "=".repeat(49)),
                // These have a blank at the end in the sample.
                "AP Up Time" | "AP CAPWAP Up Time" | "Join Taken Time" => format!("{column:<47} : {cell} \n"),
                _ => format!("{column:<47} : {cell}\n"),
            };
        }
        text.push('\n');
    }
    text
}

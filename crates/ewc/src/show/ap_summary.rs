//! `show ap summary`, in the layout of IOS-XE 17 (genieparser, `ShowApSummary`).
//!
//! Country and regulatory domain follow from the model's suffix; the country of a domain that is not the sample's is a guess.

use crate::{ApRow, ApState, Snapshot};

/// The table.
pub fn ap_summary(snapshot: &Snapshot) -> String {
    let mut text = format!(
        "Number of APs: {}\n\nCC = Country Code\nRD = Regulatory Domain\n\n{:<33}{:<6}{:<21}{:<15}{:<15}{:<5}{:<5}{:<42}{:<13}{}\n{}\n",
        snapshot.aps.len(),
        "AP Name",
        "Slots",
        "AP Model",
        "Ethernet MAC",
        "Radio MAC",
        "CC",
        "RD",
        "IP Address",
        "State",
        "Location",
        "-".repeat(165)
    );
    for ap in &snapshot.aps {
        let (country, domain) = regulatory(&ap.model);
        text += &format!(
            "{:<33}{:<6}{:<21}{:<15}{:<15}{:<5}{:<5}{:<42}{:<13}{}\n",
            ap.name,
            ap.slots,
            ap.model,
            ap.mac.to_string(),
            ap.radio_mac.to_string(),
            country,
            domain,
            ap.address.to_string(),
            state(ap),
            ap.location
        );
    }
    text
}

/// `Registered` is the sample's; `Downloading` is what users call the state of an access point that fetches its image
/// (inferred). An access point that has joined and is being configured is not told from a registered one.
fn state(ap: &ApRow) -> &'static str {
    match ap.state {
        ApState::ImageData => "Downloading",
        ApState::Joined | ApState::Registered => "Registered",
    }
}

/// Country code and regulatory domain of a model: `C9120AXE-D` is `IN`, `-D`.
fn regulatory(model: &str) -> (&'static str, String) {
    let domain = model.trim_end_matches("-K9").rsplit_once('-').map_or("B", |(_, domain)| domain);
    let country = match domain {
        "D" => "IN",
        "E" => "DE",
        "Q" => "JP",
        "Z" => "AU",
        _ => "US",
    };
    (country, format!("-{domain}"))
}

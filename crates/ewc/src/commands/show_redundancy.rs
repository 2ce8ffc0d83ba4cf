//! `show wireless ewc-ap redundancy summary`. That it exists is known (Tenable's check for CSCwb18118); its layout is not.

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};
use crate::unverified::redundancy;

pub(super) const COMMAND: Command<Effect> = views("show wireless ewc-ap redundancy summary", fields, text);

fn fields(view: &View) -> Fields {
    let own = view.state.aps.iter().find(|ap| ap.mac == view.state.own_access_point);
    let none = || redundancy::NONE.to_owned();
    let (standby, state) = match &view.state.standby {
        Some((name, state)) => (name.clone(), redundancy::peer(*state).to_owned()),
        None => (none(), none()),
    };
    Fields {
        lines: vec![
            (redundancy::ACTIVE, own.map_or_else(none, |own| own.name.clone())),
            (redundancy::STANDBY, standby),
            (redundancy::PEER_STATE, state),
        ],
        ..Fields::default()
    }
}

fn text(fields: &Fields) -> String {
    fields.lines.iter().map(|(label, value)| format!("{label:<13}: {value}\n")).collect()
}

//! `show chassis` of an EWC, in the layout of unicon's `iosxe_mock_data_ewc.yaml`.

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};

pub(super) const COMMAND: Command<Effect> = views("show chassis", fields, text);

const MAC: &str = "Chassis/Stack Mac Address";
const COLUMNS: &[&str] = &["Chassis#", "Role", "Mac Address", "Priority", "Version", "State", "IP"];

fn fields(view: &View) -> Fields {
    let mac = view.mac.to_string();
    let row = ["*1", "Active", &mac, "1", "V01", "Ready", &view.address.to_string()];
    Fields {
        lines: vec![
            (MAC, format!("{mac} - Local Mac Address")),
            ("Mac persistency wait time", "Indefinite".to_owned()),
        ],
        columns: COLUMNS,
        rows: vec![row.map(str::to_owned).to_vec()],
    }
}

fn text(fields: &Fields) -> String {
    let mut text = String::new();
    for (label, value) in &fields.lines {
        let blank = if *label == MAC { " " } else { "" };
        text += &format!("{label}{blank}: {value}\n");
    }
    text += "                                            H/W   Current\n";
    text += "Chassis#   Role    Mac Address     Priority Version  State                 IP\n";
    text += &format!("{}\n", "-".repeat(85));
    for row in &fields.rows {
        let [chassis, role, mac, priority, version, state, address] = &row[..] else { continue };
        text += &format!("{chassis:<9}{role:<9}{mac:<19}{priority:<7}{version:<8}{state:<21}{address}\n");
    }
    text
}

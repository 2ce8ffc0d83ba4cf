//! `show ap status`, in the layout of genieparser's `ShowApStatus/cli/equal/golden_output_output.txt`.

use command_line::{Command, Fields};

use super::{Effect, shows};
use crate::{ApRow, Snapshot, unverified};

pub(super) const COMMAND: Command<Effect> = shows("show ap status", fields, text);

const COLUMNS: &[&str] = &["AP Name", "Status", "Mode", "Country"];
const WIDTHS: [usize; 4] = [36, 11, 18, 10];

fn fields(snapshot: &Snapshot) -> Fields {
    let row = |ap: &ApRow| {
        let country = unverified::country(super::domain(&ap.model));
        vec![ap.name.clone(), "Enabled".to_owned(), "Local".to_owned(), country.to_owned()]
    };
    Fields { columns: COLUMNS, rows: snapshot.aps.iter().map(row).collect(), ..Fields::default() }
}

fn text(fields: &Fields) -> String {
    let mut text = super::laid_out(fields.columns, WIDTHS);
    text += &format!("{}\n", "-".repeat(73));
    fields.rows.iter().for_each(|row| text += &super::laid_out(row, WIDTHS));
    text
}

//! `show wireless ewc-ap ap image predownload status`: how far each access point is, and the time left.
//!
//! The guide of EWC 17.3 says that it shows the share and the estimated time; its layout is unverified.

use command_line::{Command, Fields};

use super::{Effect, laid_out, shows};
use crate::{Snapshot, unverified, web};

pub(super) const COMMAND: Command<Effect> =
    shows("show wireless ewc-ap ap image predownload status", fields, text);

const COLUMNS: &[&str] = &["AP Name", "Image", "Predownload Status", "ETA", "Percent Complete"];
const WIDTHS: [usize; 5] = [34, 10, 21, 12, 0];

fn fields(snapshot: &Snapshot) -> Fields {
    let rows = snapshot.aps.iter().map(|ap| {
        let progress = web::progress(snapshot, ap);
        let (eta, percent) = progress.split_once(' ').unwrap_or(("NA", "NA"));
        vec![
            ap.name.clone(),
            ap.image_type.clone().unwrap_or_else(|| "NA".to_owned()),
            unverified::predownload_cell(ap.predownload.status).to_owned(),
            eta.to_owned(),
            percent.to_owned(),
        ]
    });
    Fields { lines: Vec::new(), columns: COLUMNS, rows: rows.collect() }
}

fn text(fields: &Fields) -> String {
    let mut text = laid_out(fields.columns, WIDTHS);
    text += &format!("{}\n", "-".repeat(93));
    fields.rows.iter().for_each(|row| text += &laid_out(row, WIDTHS));
    text
}

//! `show ap image summary` and `show ap image file summary`: the images that a controller holds. No source shows their layouts; the columns
//! are the leaves of the YANG model behind them, and they are in the table of unverified texts.

use command_line::{Command, Fields};

use super::view::{ImageDetail, View};
use super::{Effect, views};
use crate::unverified::image_summary;
use crate::words::Location;

pub(super) const IMAGES: Command<Effect> = views("show ap image summary", images, text);

pub(super) const FILES: Command<Effect> = views("show ap image file summary", files, text);

/// Lists the images and the models that they are for.
fn images(view: &View) -> Fields {
    let row = |image: &ImageDetail| {
        vec![
            image.image.clone(),
            location(image.location).to_owned(),
            image.version.to_string(),
            image.models.join(", "),
        ]
    };
    table(view, image_summary::IMAGES, row)
}

/// Lists the images and the sizes of their files.
fn files(view: &View) -> Fields {
    let row = |image: &ImageDetail| {
        let size =
            image.bytes.map_or_else(|| image_summary::SIZE_UNKNOWN.to_owned(), |bytes| bytes.to_string());
        vec![image.image.clone(), location(image.location).to_owned(), image.version.to_string(), size]
    };
    table(view, image_summary::FILES, row)
}

fn table(view: &View, columns: &'static [&'static str], row: impl Fn(&ImageDetail) -> Vec<String>) -> Fields {
    Fields {
        lines: vec![(image_summary::TOTAL, view.images.len().to_string())],
        columns,
        rows: view.images.iter().map(row).collect(),
    }
}

fn location(location: Location) -> &'static str {
    match location {
        Location::Active | Location::Backup => image_summary::ACTIVE,
        Location::Prepare => image_summary::PREPARE,
    }
}

fn text(fields: &Fields) -> String {
    let mut text: String = fields.lines.iter().map(|(label, value)| format!("{label}: {value}\n")).collect();
    let widths = image_summary::WIDTHS;
    text += &format!("\n{}{}\n", super::laid_out(fields.columns, widths), "-".repeat(widths.iter().sum()));
    fields.rows.iter().for_each(|row| text += &super::laid_out(row, widths));
    text
}

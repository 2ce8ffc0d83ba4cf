//! `show filesystems`: the partitions, with the rows of a site's access point (domain: `sh filesystems`) in the columns of busybox's `df -h`,
//! whose words and units they have. File systems that this simulator has no data for are left out.

use command_line::{Command, Fields};

use super::{Console, Effect, Show, command};
use crate::Partition;

pub(super) const COMMAND: Command<Effect> = command("show filesystems", Show::table(COLUMNS, rows, text));

const COLUMNS: &[&str] = &["Filesystem", "Size", "Used", "Available", "Use%", "Mounted on"];

fn rows(console: &Console<'_>) -> Vec<Vec<String>> {
    let row = |partition: Partition| {
        let (size, used) = (console.flash.size(partition), console.flash.used(partition, console.now));
        let available = size.saturating_sub(used);
        // Rounded up, as df does.
        let percent = (used * 100).div_ceil(used.saturating_add(available).max(1));
        vec![
            format!("/dev/ubivol/{partition}"),
            readable(size),
            readable(used),
            readable(available),
            format!("{percent}%"),
            format!("/{partition}"),
        ]
    };
    Partition::BOTH.map(row).to_vec()
}

/// Lays out the table: each cell but the first and the last ends below the end of its header.
fn text(_: &Console<'_>, fields: &Fields) -> String {
    let line = |cells: &[&str]| {
        let [system, size, used, available, percent, mounted] = cells else { return String::new() };
        format!("{system:<20} {size:>9} {used:>9} {available:>9} {percent:>4} {mounted}\n")
    };
    let mut text = line(fields.columns);
    for row in &fields.rows {
        text += &line(&row.iter().map(String::as_str).collect::<Vec<_>>());
    }
    text
}

/// Returns a number of bytes with one decimal and a unit, as `df -h` prints it: `372.1M`.
fn readable(bytes: u64) -> String {
    if bytes == 0 {
        return "0".to_owned();
    }
    let mut unit = 1_u128 << 10;
    let mut letters = "KMGT".chars();
    let mut letter = letters.next().unwrap_or('K');
    let tenths = |unit: u128| (u128::from(bytes) * 10 + unit / 2) / unit;
    for next in letters {
        if tenths(unit) < 10_240 {
            break;
        }
        (unit, letter) = (unit << 10, next);
    }
    format!("{}.{}{letter}", tenths(unit) / 10, tenths(unit) % 10)
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn sizes_have_one_decimal() {
        for (bytes, expected) in [
            (0, "0"),
            (376 << 10, "376.0K"),
            (44 << 10, "44.0K"),
            (1 << 20, "1.0M"),
            (390_174_310, "372.1M"),
            (926_000_000, "883.1M"),
            (1_073_741_823, "1.0G"),
            (u64::MAX, "16777216.0T"),
        ] {
            assert_eq!(readable(bytes), expected);
        }
    }
}

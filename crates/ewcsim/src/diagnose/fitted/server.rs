//! What the logs of servers say: the pace of a fetch over SFTP, and the loss on the way from a TFTP server.

use ::logs::Role;
use catalogue::Catalogue;

use super::controller::{fetches, size};
use super::spans::{Lines, is, number, text_of};
use super::{Measured, median};

/// The number of blocks from which on a share of losses is worth a number.
const BLOCKS_MIN: u64 = 1_000;

/// Returns the share of packets that are lost between the controller and a TFTP server, the same in each direction. A block that the server
/// sends again is one that was lost, or whose acknowledgement was; it waits for each.
pub(super) fn loss(lines: &Lines<'_>) -> Measured {
    let transfers = lines.hosts(Role::Tftpd64).flatten().filter(|line| is(line, &["completed"]));
    let counted = transfers.filter_map(|line| Some((line, number(line, "blocks")?, number(line, "resent")?)));
    let counted: Vec<_> = counted.collect();
    let Some((first, ..)) = counted.first() else {
        let why = "only Tftpd64 says how many blocks it sent again; in.tftpd and sshd do not, and neither a controller nor a console does";
        return Err(why.into());
    };
    let blocks: u64 = counted.iter().map(|(_, blocks, _)| blocks).sum();
    let resent: u64 = counted.iter().map(|(.., resent)| resent).sum();
    if blocks < BLOCKS_MIN {
        return Err(format!("{blocks} blocks are too few: {BLOCKS_MIN} are needed"));
    }
    // Of a block and its acknowledgement, both have to arrive.
    let arrives = (blocks as f64 / (blocks + resent) as f64).sqrt();
    let from = format!(
        "{}: {resent} of {blocks} blocks sent again; in each direction, if a block waits for its acknowledgement",
        lines.place_of(first)
    );
    Ok((format!("{:.3}%", (1.0 - arrives) * 100.0), from))
}

/// Logs of servers have whole seconds: a transfer that is shorter, in seconds, is not measured by them.
const WHOLE_MIN: f64 = 30.0;

/// Returns the pace of fetches over SFTP in bytes a second: by the controller's log if the logs say the length of the file, else by the server's.
pub(super) fn sftp_rate(lines: &Lines<'_>, known: &Catalogue) -> Measured {
    let sizes = lines.sizes();
    let before: f64 = ["ewc.install.prepare", "ewc.ssh.key-exchange-time"]
        .iter()
        .map(|key| known.duration(key).map_or(0.0, |value| value.as_secs_f64()))
        .sum();
    let mut fetched = fetches(lines, "sftp");
    fetched.retain(|span| span.seconds > before * 2.0 && size(&sizes, span).is_some());
    let by_controller =
        fetched.iter().filter_map(|span| Some(size(&sizes, span)? as f64 / (span.seconds - before)));
    if let Some(rate) = median(by_controller.collect()) {
        let from = format!("{}, less {before:.2}s until the transfer begins", lines.places(&fetched));
        return Ok((format!("{rate:.0}B/s"), from));
    }
    let mut served = lines.spans(
        Role::OpenSsh,
        |line| is(line, &["open"]),
        |from, line| is(line, &["close"]) && text_of(from, "path") == text_of(line, "path"),
        |_| false,
    );
    served.retain(|span| span.seconds >= WHOLE_MIN && number(span.to, "bytes_read").is_some());
    let by_server =
        served.iter().filter_map(|span| Some(number(span.to, "bytes_read")? as f64 / span.seconds));
    let rate = median(by_server.collect())
        .ok_or("no logs show a whole fetch over SFTP of more than 30 s and the length of the file")?;
    Ok((format!("{rate:.0}B/s"), lines.places(&served)))
}

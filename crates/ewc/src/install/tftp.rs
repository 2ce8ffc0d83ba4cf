//! Fetching a file over TFTP: a request that only looks whether it is there, then the one that reads it.
//!
//! The sample's server logs two requests per fetch in the same second, from the controller's address.

use std::net::SocketAddr;
use std::time::Duration;

use host::{Host, Udp};
use image::{Content, Pool, Writer};
use tftp::{ErrorCode, Extent, Failure, Receiver, ReceiverConfig, ReceiverEvent, Schedule};

use super::{InstallFailure, Job};
use crate::Settings;

/// Longer than servers repeat themselves: tftpd-hpa gives up after 63 s.
const HOLD: Duration = Duration::from_secs(120);

/// Receives what `job` names, after the engine's own preparation.
pub(super) async fn fetch<H: Host>(
    host: &H,
    settings: &Settings,
    pool: &Pool,
    job: &Job,
) -> Result<Content, InstallFailure> {
    host.sleep(settings.install_prepare).await;
    let server = SocketAddr::new(job.server, settings.tftp_port);
    let mut config = ReceiverConfig::new(job.path.as_str());
    config.blksize = (job.block_size != tftp::BLOCK_SIZE_DEFAULT).then_some(job.block_size);
    config.schedule = schedule(settings);
    let (probe, looked) =
        receive(host, job, server, config.clone(), pool.writer(), Extent::FirstBlock).await?;
    hold(host, probe);
    match looked {
        // Every fetch is two requests: that the file is missing is said twice.
        Ok(_) | Err(InstallFailure::NotFound) => {}
        Err(failure) => return Err(failure),
    }
    let (_, read) = receive(host, job, server, config, pool.writer(), Extent::Whole).await?;
    let writer = read?;
    if writer.is_empty() { Err(InstallFailure::Empty) } else { Ok(writer.finish()) }
}

/// Keeps the socket of a request that only looked, while the server repeats its first block and gives up: were it closed, an
/// ICMP error would answer the server, and its log would say so. The sample's log does not.
fn hold<H: Host>(host: &H, socket: H::Udp) {
    let holder = host.clone();
    host.spawn(async move {
        holder.sleep(HOLD).await;
        drop(socket);
    });
}

/// One request, from a port of its own. To look is to fall silent when the first block is there.
async fn receive<H: Host>(
    host: &H,
    job: &Job,
    server: SocketAddr,
    config: ReceiverConfig,
    mut file: Writer,
    extent: Extent,
) -> Result<(H::Udp, Result<Writer, InstallFailure>), InstallFailure> {
    let broken = |error: std::io::Error| InstallFailure::Protocol(error.to_string());
    let socket = host.bind_udp(SocketAddr::from((job.local, 0))).await.map_err(broken)?;
    let mut timer = host.timer();
    let mut receiver = Receiver::new(host.now(), server, config);
    let mut outcome = None;
    loop {
        while let Some(event) = receiver.poll_event() {
            match event {
                ReceiverEvent::Data(_) if extent == Extent::FirstBlock => return Ok((socket, Ok(file))),
                ReceiverEvent::Data(block) => {
                    if file.len() + block.len() as u64 > job.bytes_max {
                        receiver.abort(ErrorCode::DISK_FULL, "No space left on device");
                        outcome = Some(Err(InstallFailure::NoSpace));
                    } else if outcome.is_none() {
                        file.append(&block);
                    }
                }
                ReceiverEvent::Failed(failure) => outcome = outcome.or(Some(Err(reason(&failure)))),
                ReceiverEvent::Completed { .. } | ReceiverEvent::Stopped => {
                    outcome = outcome.or(Some(Ok(())))
                }
                ReceiverEvent::Accepted(_) => (),
            }
        }
        while let Some((datagram, to)) = receiver.poll_transmit() {
            // A datagram that cannot be sent is one that is lost: the schedule sends it again or gives up.
            let _ = socket.send_to(datagram, to).await;
        }
        if let Some(outcome) = outcome {
            return Ok((socket, outcome.map(|()| file)));
        }
        match socket.recv_from_until(&mut timer, receiver.poll_timeout()).await {
            Ok(Some((datagram, from))) => receiver.handle_datagram(host.now(), datagram, from),
            Ok(None) => receiver.handle_timeout(host.now()),
            Err(error) => return Ok((socket, Err(broken(error)))),
        }
    }
}

/// Repeats at the interval, and gives up when the timeout, which counts from the install's start, is over.
fn schedule(settings: &Settings) -> Schedule {
    let interval = settings.tftp_retransmit_interval.max(Duration::from_millis(1));
    let mut left = settings.tftp_timeout.saturating_sub(settings.install_prepare);
    let mut waits = Vec::new();
    while left > interval {
        waits.push(interval);
        left -= interval;
    }
    waits.push(left);
    Schedule::new(waits)
}

fn reason(failure: &Failure) -> InstallFailure {
    match failure {
        Failure::PeerError { code, .. } if *code == ErrorCode::FILE_NOT_FOUND => InstallFailure::NotFound,
        Failure::PeerError { message, .. } => {
            InstallFailure::Refused(message.as_str().unwrap_or_default().to_owned())
        }
        Failure::TimedOut { .. } => InstallFailure::TimedOut,
        other => InstallFailure::Protocol(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_server_is_given_up_when_the_sample_says() {
        let settings = Settings::default();
        let schedule = schedule(&settings);
        assert_eq!(settings.install_prepare + schedule.total(), Duration::from_millis(40_067));
        assert_eq!(schedule.waits().len(), 10);
    }
}

//! Five networks so simple that their times follow from a line of arithmetic: within 5 %.

use super::branch;

/// Seconds from `install add` to the first request: the fact `ewc.install.prepare`.
const PREPARE: f64 = 2.08;

fn close(simulated: f64, expected: f64, what: &str) {
    let off = (simulated - expected).abs() / expected;
    assert!(off < 0.05, "{what}: {simulated:.1} s, and {expected:.1} s by arithmetic");
}

/// Returns the seconds that the controller takes to fetch the image of an access point's type, and those until it has it.
fn times(changes: &[(&str, &str)], image: &str) -> (f64, f64) {
    let answer = branch(changes)
        .with(|request| {
            request.seeds = 1;
            request.window = std::time::Duration::from_secs(12 * 3600);
        })
        .answer();
    let of = answer.types.iter().find(|one| one.image_type == image).expect("the branch has it");
    let [fetch, all] = [of.fetch, of.predownload].map(|spread| spread.expect("it comes").median_s);
    (fetch, all)
}

#[test]
fn tftp_takes_a_round_trip_for_each_block() {
    // A block of 512 bytes and its acknowledgement on the wire.
    let (fetch, _) = times(
        &[("latency: 5ms", "latency: 50ms"), ("ip tftp blocksize 8192", "ip tftp blocksize 512")],
        "ap1g8",
    );
    let on_wire = (512.0 + 4.0 + 8.0 + 20.0 + 38.0 + 84.0) * 8.0 / 50e6;
    close(fetch, (1024e3 / 512.0) * (0.1 + on_wire) + PREPARE, "512 bytes over 100 ms");
}

#[test]
fn large_blocks_take_fewer_round_trips() {
    let (fetch, _) =
        times(&[("latency: 5ms", "latency: 250ms"), ("ap1g8: 1024000", "ap1g8: 2048000")], "ap1g8");
    // Six fragments of a block, with 38 bytes of Ethernet and 20 of IP each.
    let on_wire = (8192.0 + 12.0 + 6.0 * 58.0 + 84.0) * 8.0 / 50e6;
    close(fetch, (2048e3 / 8192.0) * (0.5 + on_wire) + PREPARE, "8,192 bytes over 500 ms");
}

#[test]
fn a_narrow_link_takes_the_bytes_on_the_wire() {
    let (fetch, _) =
        times(&[("latency: 5ms, bandwidth: 50Mbit", "latency: 1ms, bandwidth: 200kbit")], "ap1g8");
    let blocks = 1024e3 / 8192.0;
    let down = (8192.0 + 12.0 + 6.0 * 58.0) * 8.0 / 200e3;
    let up = 84.0 * 8.0 / 200e3;
    close(fetch, blocks * (0.002 + down + up) + PREPARE, "a link of 200 kbit/s");
}

#[test]
fn sftp_takes_the_bytes_at_the_controllers_rate() {
    let sftp = "     image-download-mode sftp\n     sftp-image-server 10.99.5.27\n     sftp-image-path new\n     sftp-username calo\n     sftp-password 0 x1\n";
    let (fetch, _) = times(
        &[
            (
                "     image-download-mode tftp\n     tftp-image-server 10.99.5.27\n     tftp-image-path /EWC/new\n",
                sftp,
            ),
            ("software: tftpd-hpa", "software: openssh, users: [{ name: calo, password: x1 }]"),
            ("files: { /EWC/new: new }", "files: { /home/calo/new: new }"),
            ("latency: 5ms, bandwidth: 50Mbit", "latency: 250us"),
            ("ap1g8: 1024000", "ap1g8: 4096000"),
        ],
        "ap1g8",
    );
    // The key exchange, and what comes before the request.
    close(fetch, 4096e3 / 148_262.0 + 6.24 + PREPARE, "SFTP at 148 kB/s");
}

#[test]
fn capwap_takes_a_round_trip_for_each_message() {
    let far = ("links: [", "links: [{ name: far, between: [ewc, dock], latency: 100ms }, ");
    let answer = branch(&[far, ("ap3g3: 1024000", "ap3g3: 4096000")])
        .with(|request| {
            request.seeds = 1;
        })
        .answer();
    let dock = answer.access_points.iter().find(|point| point.name == "dock").expect("it is there");
    let limits: f64 = answer
        .limits
        .iter()
        .filter(|limit| limit.what.contains("handing out"))
        .map(|limit| limit.takes_s)
        .sum();
    // 1,377 bytes a message, a round trip and the controller's turnaround for each.
    let expected = (4096e3 / 1377.0) * (0.2 + 0.00138);
    close(limits, expected, "4.1 MB over 200 ms");
    assert!(dock.predownloaded.expect("it comes").median_s > expected);
    // What sets the time says so.
    assert!(
        answer.limits[0].what.contains("handing out to access points over far (round trip 200 ms)"),
        "{:?}",
        answer.limits[0]
    );
}

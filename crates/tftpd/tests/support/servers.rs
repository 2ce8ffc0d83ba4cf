//! The servers behind the proxy: tftpd-hpa's manners, and one that knows windows, which tftpd-hpa does not.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use files::{File, Tree};
use host::{Host, Sink, Udp};
use image::Content;
use tftp::{BLKSIZE, ErrorCode, Options, Packet, Request, Schedule, Sender, SenderConfig, WINDOWSIZE};
use tftpd::tftpd_hpa::{Kind, TftpdHpaConfig, TftpdHpaEvent, run};
use tokio::sync::oneshot;

use super::FILE;

/// Starts tftpd-hpa's on `listen` with one file; gives its address.
pub(crate) async fn tftpd_hpa<H: Host>(
    host: H,
    listen: SocketAddr,
    bytes: Vec<u8>,
    retransmit: Duration,
) -> SocketAddr {
    let tree = Tree::new();
    let defaults = "TFTP_ADDRESS=:69\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_OPTIONS=\"--secure\"\n";
    let config = TftpdHpaConfig {
        listen,
        retransmit,
        ..TftpdHpaConfig::parse(defaults).expect("a configuration").config
    };
    let file = File::new(Content::from_vec(bytes)).with_mode(0o644);
    tree.insert(&config.local_path(FILE), file).expect("an empty tree has room");
    let (tell, told) = oneshot::channel();
    let mut tell = Some(tell);
    let tell = std::cell::RefCell::new(move |address| {
        if let Some(tell) = tell.take() {
            let _ = tell.send(address);
        }
    });
    let sink = Sink::new(move |event: TftpdHpaEvent| {
        if let Kind::Listening { address } = event.kind {
            tell.borrow_mut()(address);
        }
    });
    let serving = run(host.clone(), config, Rc::new(tree), sink);
    host.spawn(async move {
        let error = serving.await.expect_err("a server never ends well");
        panic!("{error}");
    });
    told.await.expect("it listens")
}

/// Starts one that takes `blksize` and `windowsize` (RFC 7440) on `listen`; gives its address.
pub(crate) async fn windowed<H: Host>(
    host: H,
    listen: SocketAddr,
    bytes: Vec<u8>,
    retransmit: Duration,
) -> SocketAddr {
    let socket = host.bind_udp(listen).await.expect("the port is free");
    let local = socket.local_addr();
    let bytes = Bytes::from(bytes);
    let server = host.clone();
    host.spawn(async move {
        loop {
            let Ok((datagram, client)) = socket.recv_from().await else { continue };
            if let Ok(Packet::Rrq(request)) = Packet::parse(datagram) {
                let local = SocketAddr::new(local.ip(), 0);
                server.spawn(serve(server.clone(), local, client, request, bytes.clone(), retransmit));
            }
        }
    });
    local
}

async fn serve<H: Host>(
    host: H,
    local: SocketAddr,
    client: SocketAddr,
    request: Request,
    bytes: Bytes,
    retransmit: Duration,
) {
    let socket = host.bind_udp(local).await.expect("a free port");
    socket.connect(client).await.expect("connect sends nothing");
    if request.filename.as_bytes() != FILE.as_bytes() {
        let refusal =
            Packet::Error { code: ErrorCode::FILE_NOT_FOUND, message: "File not found".into() }.to_bytes();
        let _ = socket.send_to(refusal, client).await;
        return;
    }
    let mut sender = Sender::new(host.now(), client, bytes, terms(&request.options, retransmit));
    let mut timer = host.timer();
    while sender.poll_event().is_none() {
        while let Some((datagram, to)) = sender.poll_transmit() {
            if socket.send_to(datagram, to).await.is_err() {
                return;
            }
        }
        match socket.recv_from_until(&mut timer, sender.poll_timeout()).await {
            Ok(Some((datagram, from))) => sender.handle_datagram(host.now(), datagram, from),
            Ok(None) => sender.handle_timeout(host.now()),
            Err(_) => return,
        }
    }
}

fn terms(options: &Options, retransmit: Duration) -> SenderConfig {
    let mut terms = SenderConfig { schedule: Schedule::doubling(retransmit, 6), ..SenderConfig::default() };
    for (name, value) in options.iter() {
        let number = value.as_str().and_then(|text| text.parse().ok());
        let place = match name.as_str() {
            Some(BLKSIZE) => &mut terms.block_size,
            Some(WINDOWSIZE) => &mut terms.window,
            _ => continue,
        };
        if let Some(number) = number {
            *place = number;
            terms.oack.push(name.clone(), value.clone());
        }
    }
    terms
}

//! The whole controller on the real loopback: an access point asks, the image is fetched over TFTP and relayed.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use capwap::{
    Channel, ChannelConfig, EcnSupport, Element, Incoming, MessageType, Opcode, RadioType, ResultCode, Role,
    SessionId, WtpBoardData, WtpDescriptor, WtpMacType, WtpRadioInformation, cisco, tunnel_mode,
};
use catalogue::Catalogue;
use ewc::{Controller, ControllerConfig, ControllerEvent, ControllerHandle, InstallFailure, Settings};
use host::real::RealHost;
use host::{Host, Sink, Udp};
use tftp::{ErrorCode, Packet, Sender, SenderConfig};

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
/// Stops a test that hangs; nothing waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

fn image() -> Bytes {
    (0..100_000_u32).flat_map(u32::to_be_bytes).collect::<Vec<_>>().into()
}

/// A server with one file, `/images/ap1g8`. Says what was asked for.
async fn serve(host: RealHost, socket: <RealHost as Host>::Udp, asked: Rc<RefCell<Vec<String>>>) {
    loop {
        let (datagram, client) = socket.recv_from().await.unwrap();
        let Ok(Packet::Rrq(request)) = Packet::parse(datagram) else { continue };
        let name = request.filename.as_str().unwrap().to_owned();
        asked.borrow_mut().push(name.clone());
        if name != "/images/ap1g8" {
            let error = Packet::Error { code: ErrorCode::FILE_NOT_FOUND, message: "File not found".into() };
            socket.send_to(error.to_bytes(), client).await.unwrap();
            continue;
        }
        let transfer = host.bind_udp(ANY).await.unwrap();
        let task_host = host.clone();
        host.spawn(async move {
            let host = task_host;
            let mut sender = Sender::new(host.now(), client, image(), SenderConfig::default());
            let mut timer = host.timer();
            while !sender.is_finished() {
                while let Some((datagram, to)) = sender.poll_transmit() {
                    transfer.send_to(datagram, to).await.unwrap();
                }
                match transfer.recv_from_until(&mut timer, sender.poll_timeout()).await.unwrap() {
                    Some((datagram, from)) => sender.handle_datagram(host.now(), datagram, from),
                    None => sender.handle_timeout(host.now()),
                }
            }
        });
    }
}

/// An access point: its channel and its socket.
struct AccessPoint {
    host: RealHost,
    socket: <RealHost as Host>::Udp,
    controller: SocketAddr,
    channel: Channel,
}

impl AccessPoint {
    async fn join(host: &RealHost, controller: SocketAddr) -> Self {
        let socket = host.bind_udp(ANY).await.unwrap();
        let channel = Channel::new(ChannelConfig::new(Role::Wtp));
        let mut this = Self { host: host.clone(), socket, controller, channel };
        let elements = vec![
            Element::WtpBoardData(WtpBoardData::new(
                "C9105AXI-B",
                "KWC1",
                text::MacAddress([1, 2, 3, 4, 5, 6]),
            )),
            Element::WtpDescriptor(WtpDescriptor::new("1.0.0.0", "17.3.3.26", "1.1.2.4", None)),
            Element::SessionId(SessionId([1; 16])),
            Element::LocationData("here".into()),
            Element::WtpName("AP1".into()),
            Element::WtpFrameTunnelMode(tunnel_mode::NATIVE),
            Element::WtpMacType(WtpMacType::Split),
            Element::WtpRadioInformation(WtpRadioInformation { radio_id: 1, radio_type: RadioType::BGN }),
            Element::EcnSupport(EcnSupport::Limited),
            Element::LocalIpv4Address([127, 0, 0, 1].into()),
        ];
        let answer = this.ask(MessageType::JoinRequest, elements).await;
        assert_eq!(answer[0], Element::ResultCode(ResultCode::Success));
        this
    }

    async fn ask(&mut self, request: MessageType, elements: Vec<Element>) -> Vec<Element> {
        self.channel.send_request(self.host.now(), request, elements);
        match self.next().await {
            Incoming::Response(response) if response.message_type == request.response() => {
                response.elements.into_vec()
            }
            other => panic!("not the answer: {other:?}"),
        }
    }

    async fn request_image(&mut self, image: &str) {
        self.ask(MessageType::ImageDataRequest, vec![cisco::image_identifier(image)]).await;
    }

    /// Takes blocks until the last.
    async fn receive_image(&mut self) -> Vec<u8> {
        let mut image = Vec::new();
        loop {
            let Incoming::Request(request) = self.next().await else { panic!("a block") };
            let [Element::ImageData(block)] = &request.elements[..] else { panic!("one block") };
            image.extend_from_slice(&block.data);
            let success = vec![Element::ResultCode(ResultCode::Success)];
            let now = self.host.now();
            self.channel.send_response(now, request.sequence, MessageType::ImageDataResponse, success);
            self.flush().await;
            if block.opcode == Opcode::Last {
                return image;
            }
        }
    }

    async fn next(&mut self) -> Incoming {
        loop {
            self.flush().await;
            let (datagram, _) = self.socket.recv_from().await.unwrap();
            if let Some(incoming) = self.channel.handle_datagram(self.host.now(), datagram).unwrap() {
                return incoming;
            }
        }
    }

    async fn flush(&mut self) {
        while let Some(datagram) = self.channel.poll_transmit() {
            self.socket.send_to(datagram, self.controller).await.unwrap();
        }
    }
}

/// What happens, and a way to wait for it.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<ControllerEvent>>>, Rc<tokio::sync::Notify>);

impl Log {
    fn sink(&self) -> Sink<ControllerEvent> {
        let log = self.clone();
        Sink::new(move |event| {
            log.0.borrow_mut().push(event);
            log.1.notify_one();
        })
    }

    async fn wait_for<T>(&self, pick: impl Fn(&ControllerEvent) -> Option<T>) -> T {
        loop {
            if let Some(found) = self.0.borrow().iter().find_map(&pick) {
                return found;
            }
            self.1.notified().await;
        }
    }
}

/// A running controller whose profile names the server at `port` and `path`; its log and address.
async fn controller(
    host: &RealHost,
    port: u16,
    path: &str,
    change: impl FnOnce(&mut Settings),
) -> (ControllerHandle, Log, SocketAddr) {
    let version = "17.9.4.27".parse().unwrap();
    let mut controller =
        Controller::new("EWC", "C9120AXI", [127, 0, 0, 1].into(), version, Catalogue::builtin()).unwrap();
    controller.config = ControllerConfig::parse(&format!(
        "wireless profile image-download default\n image-download-mode tftp\n tftp-image-path {path}"
    ))
    .unwrap();
    let settings = &mut controller.settings;
    (settings.control_port, settings.data_port, settings.tftp_port) = (0, 0, port);
    settings.install_retry = Duration::from_millis(1);
    settings.install_prepare = Duration::from_millis(1);
    settings.relay_turnaround = Duration::ZERO;
    change(settings);
    let log = Log::default();
    let handle = ControllerHandle::new(controller, log.sink());
    let running = handle.clone();
    let controller_host = host.clone();
    host.spawn(async move { ewc::run(controller_host, running).await.unwrap() });
    let address = log
        .wait_for(|event| match event {
            ControllerEvent::Started { address } => Some(*address),
            _ => None,
        })
        .await;
    (handle, log, address)
}

fn on_the_loopback(test: impl AsyncFnOnce(RealHost)) {
    let host = RealHost::new("loopback", 1);
    host::real::run(async {
        tokio::time::timeout(PATIENCE, test(host)).await.expect("nothing waits so long");
    })
    .unwrap();
}

#[test]
fn an_image_is_fetched_and_relayed() {
    on_the_loopback(async |host| {
        let server = host.bind_udp(ANY).await.unwrap();
        let port = server.local_addr().port();
        let asked = Rc::new(RefCell::new(Vec::new()));
        host.spawn(serve(host.clone(), server, Rc::clone(&asked)));
        let (handle, log, address) = controller(&host, port, "/images", |_| ()).await;

        let mut ap = AccessPoint::join(&host, address).await;
        ap.request_image("ap1g8").await;
        ap.request_image("ap1g8").await;
        let (bytes, url) = log
            .wait_for(|event| match event {
                ControllerEvent::InstallCompleted { bytes, url, .. } => Some((*bytes, url.clone())),
                _ => None,
            })
            .await;
        assert_eq!((bytes, url.as_str()), (400_000, "tftp://127.0.0.1/images/ap1g8"));
        assert_eq!(*asked.borrow(), ["/images/ap1g8", "/images/ap1g8"], "a probe and a fetch");

        ap.request_image("ap1g8").await;
        assert_eq!(ap.receive_image().await, image());
        let messages = log
            .wait_for(|event| match event {
                ControllerEvent::ApImageDownloadSuccess { messages, .. } => Some(*messages),
                _ => None,
            })
            .await;
        assert_eq!(messages, 400_000_u64.div_ceil(1377));
        assert!(
            ewc::show(&handle.snapshot(Duration::ZERO), "show ap image").unwrap().text.contains("17.3.3.26")
        );
    });
}

/// How the install ends that an access point's giving up leads to, and what the server was asked for.
fn failed_install(
    path: &'static str,
    change: impl FnOnce(&mut Settings) + 'static,
) -> (InstallFailure, usize) {
    let outcome = Rc::new(RefCell::new(None));
    let result = Rc::clone(&outcome);
    on_the_loopback(async move |host| {
        let server = host.bind_udp(ANY).await.unwrap();
        let port = server.local_addr().port();
        let asked = Rc::new(RefCell::new(Vec::new()));
        host.spawn(serve(host.clone(), server, Rc::clone(&asked)));
        let (_handle, log, address) = controller(&host, port, path, change).await;
        let mut ap = AccessPoint::join(&host, address).await;
        ap.request_image("ap1g8").await;
        ap.request_image("ap1g8").await;
        let reason = log
            .wait_for(|event| match event {
                ControllerEvent::InstallFailed { reason, .. } => Some(reason.clone()),
                _ => None,
            })
            .await;
        *result.borrow_mut() = Some((reason, asked.borrow().len()));
    });
    outcome.take().expect("the install failed")
}

#[test]
fn a_missing_file_is_asked_for_twice() {
    assert_eq!(failed_install("/Wrong-Path", |_| ()), (InstallFailure::NotFound, 2));
}

#[test]
fn a_silent_server_is_given_up() {
    // Nothing listens at port 9; the RRQ is repeated, then given up.
    let change = |settings: &mut Settings| {
        settings.tftp_port = 9;
        settings.tftp_retransmit_interval = Duration::from_millis(2);
        settings.tftp_timeout = Duration::from_millis(7);
    };
    assert_eq!(failed_install("/images", change), (InstallFailure::TimedOut, 0));
}

#[test]
fn a_file_larger_than_the_staging_area_is_refused() {
    let change = |settings: &mut Settings| settings.staging_capacity = 100_000;
    assert_eq!(failed_install("/images", change), (InstallFailure::NoSpace, 2));
}

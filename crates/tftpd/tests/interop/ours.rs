//! Ours, on real sockets.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;

use files::Directory;
use host::real::RealHost;
use host::{Host, Sink};
use tftpd::tftpd_hpa::{Kind, TftpdHpaConfig, TftpdHpaEvent, message, priority, run};

use crate::interop::probe::Server;

pub(super) struct Ours {
    address: SocketAddr,
    events: Rc<RefCell<Vec<TftpdHpaEvent>>>,
}

impl Ours {
    pub(super) async fn start(host: &RealHost, options: &str, directory: &Path) -> Self {
        let place = directory.to_str().expect("a plain path");
        let config = TftpdHpaConfig::parse(&text(options, place)).expect("a configuration").config;
        let config = TftpdHpaConfig { listen: ([127, 0, 0, 1], 0).into(), ..config };
        let files = Directory::new(directory, place).expect("it is there");
        let events = Rc::new(RefCell::new(Vec::new()));
        let record = Rc::clone(&events);
        let sink = Sink::new(move |event| record.borrow_mut().push(event));
        let serving = run(host.clone(), config, Rc::new(files), sink);
        host.spawn(async move {
            let error = serving.await.expect_err("a server never ends well");
            panic!("{error}");
        });
        loop {
            let address = events.borrow().iter().find_map(|event: &TftpdHpaEvent| match event.kind {
                Kind::Listening { address } => Some(address),
                _ => None,
            });
            if let Some(address) = address {
                return Self { address, events };
            }
            tokio::task::yield_now().await;
        }
    }
}

/// The configuration of a server of this directory.
pub(super) fn text(options: &str, place: &str) -> String {
    format!("TFTP_USERNAME=tftp\nTFTP_DIRECTORY={place}\nTFTP_ADDRESS=:69\nTFTP_OPTIONS=\"{options}\"\n")
}

impl Server for Ours {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn log(&self) -> Vec<String> {
        let events = std::mem::take(&mut *self.events.borrow_mut());
        let line = |event| message(event).map(|message| format!("<{}> {message}", priority(event)));
        events.iter().filter_map(line).collect()
    }
}

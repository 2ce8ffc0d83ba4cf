//! Starts devices on hosts of an engine. The code of a device is generic over its host and would be compiled where it is started:
//! here it is compiled once, optimised in tests as well, and apart from the much larger `ewcsim`, which is not.

use std::rc::Rc;
use std::time::Duration;

use ap::{AccessPoint, ApEvent, PowerUp};
use daemon::Daemon;
use engine::AnyHost;
use ewc::ControllerHandle;
use files::FileSource;
use host::{Host as _, Sink};

/// Starts an access point on `host`.
pub fn start_access_point(host: &AnyHost, device: AccessPoint, power: PowerUp, events: Sink<ApEvent>) {
    host.spawn(ap::run(host.clone(), device, power, events));
}

/// Starts a controller on `host`, after it has booted for `boot`.
///
/// The task panics if a port of the controller is taken: nothing else runs on its host.
pub fn start_controller(host: &AnyHost, handle: ControllerHandle, boot: Option<Duration>) {
    let device = host.clone();
    host.spawn(async move {
        if let Some(boot) = boot {
            device.sleep(boot).await;
        }
        ewc::run(device, handle).await.expect("the controller's ports are free");
    });
}

/// A server that can be started on a host of an engine.
pub trait StartServer: Daemon {
    /// Starts it on `host`, which has `files`, with the host keys of this generation ([`Daemon::make_host_keys`]). `started` is the time
    /// of the server's clock when the run began, since 1970.
    fn start(
        self,
        host: &AnyHost,
        generation: u32,
        files: Rc<dyn FileSource>,
        started: Duration,
        events: Sink<Self::Event>,
    );
}

/// Implements [`StartServer`] for each type by itself, so that its code is compiled here.
macro_rules! start_servers {
    ($($software:ty),+ $(,)?) => {
        $(
            impl StartServer for $software {
                fn start(
                    mut self,
                    host: &AnyHost,
                    generation: u32,
                    files: Rc<dyn FileSource>,
                    started: Duration,
                    events: Sink<Self::Event>,
                ) {
                    self.make_host_keys(host, generation, false);
                    let running = self.run(host.clone(), files, started, events);
                    host.spawn(async move {
                        // The reason for a failed start is in its log, as for a real server.
                        let _ = running.await;
                    });
                }
            }
        )+
    };
}

start_servers!(openssh::Sshd, tftpd::tftpd_hpa::TftpdHpaConfig, tftpd::tftpd64::Tftpd64Config);

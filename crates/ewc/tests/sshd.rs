//! The SFTP client and OpenSSH's own server, on the loopback.
//!
//! sshd lets in users of the system only. A library of Samba's, nss_wrapper, shows it files of ours in place of `/etc/passwd` and its
//! like, so that the tests have a user with a password and the system gets none.

use std::fs::{self, File, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path as FilePath, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ewc::Settings;
use fetch::sftp::{Failure, FetchError, Operation, Path, Step, Transfer, fetch};
use host::real::{self, RealHost};
use host::{Host, TcpListener};
use sftp::StatusCode;
use ssh::Secret;
use tempfile::TempDir;

const USER: &str = "calo";
const PASSWORD: &str = "Sw0rdfish";
/// The size of the sample's image.
const SIZE: usize = 59_156_480;
/// Stops a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs.
struct Sshd {
    child: Child,
    directory: TempDir,
    at: SocketAddr,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sshd {
    async fn start(host: &RealHost) -> Self {
        // Not below the target directory: the user may not be allowed to enter those above it.
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        fs::set_permissions(root, Permissions::from_mode(0o755)).expect("it is ours");
        let wrapped = wrapped(root);
        home(root);
        let key = root.join("key");
        let made = Command::new("ssh-keygen").args(["-q", "-t", "rsa", "-N", "", "-f"]).arg(&key).status();
        assert!(made.expect("run ci/setup: it installs OpenSSH").success());
        // As root it wants its directory; as anybody else it does without.
        let _ = fs::create_dir_all("/run/sshd");
        let at = host.listen_tcp(([127, 0, 0, 1], 0).into()).await.expect("a free port").local_addr();
        let environment: Vec<String> =
            wrapped.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let config = format!(
            "Port {}\nListenAddress 127.0.0.1\nHostKey {}\nUsePAM no\nPubkeyAuthentication no\n\
             Subsystem sftp env {} /usr/lib/openssh/sftp-server -e -l VERBOSE 2>>{}\n",
            at.port(),
            key.display(),
            environment.join(" "),
            root.join("home/sftp.log").display(),
        );
        fs::write(root.join("config"), config).expect("written");
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-e", "-f"]).arg(root.join("config")).stdin(Stdio::null());
        command.stderr(File::create(root.join("log")).expect("written")).envs(wrapped);
        let child = command.spawn().expect("run ci/setup: it installs OpenSSH's server");
        let this = Self { child, directory, at };
        for _ in 0..1_000 {
            if host.connect_tcp(at).await.is_ok() {
                return this;
            }
            host.sleep(Duration::from_millis(10)).await;
        }
        panic!("sshd does not start: {}", this.log("log"));
    }

    fn log(&self, name: &str) -> String {
        fs::read_to_string(self.directory.path().join(name)).expect("there is a log")
    }

    /// Fetches as the controller does, but as fast as can be.
    async fn fetch(&self, host: &RealHost, user: &str, password: &str, path: &str) -> Fetched {
        let settings = Settings::default().sftp;
        let path = Path::Home(path.into());
        let mut request = settings.request(self.at, user, Secret::new(password), path);
        request.reads.rate = None;
        request.key_exchange_time = Duration::ZERO;
        let mut data = Vec::new();
        let result = fetch(host, request, |step| {
            if let Step::Data(bytes) = step {
                data.extend_from_slice(bytes);
            }
            Ok(())
        });
        (result.await, data)
    }
}

type Fetched = (Result<Transfer, FetchError>, Vec<u8>);

fn image() -> Vec<u8> {
    (0..SIZE / 4).flat_map(|at| (at as u32).wrapping_mul(0x9e37_79b9).to_be_bytes()).collect()
}

/// Who the user is: somebody else than root, or whoever runs this.
fn user() -> (u32, u32) {
    let own = fs::metadata("/proc/self").expect("Linux says who runs this");
    if own.uid() == 0 { (54_321, 54_321) } else { (own.uid(), own.gid()) }
}

/// The user's files: an image, and one that nobody may read.
fn home(root: &FilePath) {
    let home = root.join("home");
    fs::create_dir_all(home.join("EWC")).expect("made");
    fs::write(home.join("EWC/ap3g3"), image()).expect("written");
    fs::write(home.join("unreadable"), "x").expect("written");
    fs::set_permissions(home.join("unreadable"), Permissions::from_mode(0o000)).expect("they are ours");
    let (uid, gid) = user();
    for path in ["", "EWC", "EWC/ap3g3", "unreadable"] {
        chown(home.join(path), Some(uid), Some(gid)).expect("root may, and others give nothing away");
    }
}

/// Where nss_wrapper is.
fn wrapper() -> PathBuf {
    let directories = fs::read_dir("/usr/lib").expect("Debian has it");
    let mut paths = directories.flatten().map(|entry| entry.path().join("libnss_wrapper.so"));
    paths.find(|path| path.exists()).expect("run ci/setup: it installs libnss-wrapper")
}

/// What makes a program see our users.
fn wrapped(root: &FilePath) -> Vec<(&'static str, String)> {
    let hash = Command::new("openssl").args(["passwd", "-6", PASSWORD]).output();
    let hash = String::from_utf8(hash.expect("run ci/setup: it installs openssl").stdout).expect("ASCII");
    let (uid, gid) = user();
    let home = root.join("home");
    let file = |name: &str, text: String| {
        let path = root.join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    vec![
        ("LD_PRELOAD", wrapper().display().to_string()),
        (
            "NSS_WRAPPER_PASSWD",
            file(
                "passwd",
                format!(
                    "root:x:0:0::/root:/bin/sh\nsshd:x:65533:65534::/run/sshd:/bin/false\n\
                     {USER}:x:{uid}:{gid}::{}:/bin/sh\n",
                    home.display()
                ),
            ),
        ),
        ("NSS_WRAPPER_GROUP", file("group", format!("root:x:0:\nnogroup:x:65534:\n{USER}:x:{gid}:\n"))),
        ("NSS_WRAPPER_SHADOW", file("shadow", format!("{USER}:{}:19000:0:99999:7:::\n", hash.trim()))),
    ]
}

fn with_sshd(test: impl AsyncFnOnce(RealHost, &Sshd)) {
    let host = RealHost::new("loopback", 1);
    let running = async {
        let sshd = Sshd::start(&host).await;
        tokio::select! {
            () = test(host.clone(), &sshd) => {}
            () = host.sleep(PATIENCE) => panic!("it hangs: {}", sshd.log("log")),
        }
    };
    real::run(running).expect("a runtime");
}

#[test]
fn an_image_as_in_the_sample() {
    with_sshd(async |host, sshd| {
        let (result, data) = sshd.fetch(&host, USER, PASSWORD, "EWC/ap3g3").await;
        let transfer = result.unwrap_or_else(|error| panic!("{error}: {}", sshd.log("log")));
        assert_eq!(transfer.bytes, SIZE as u64);
        assert!(data == image());
        assert!(transfer.server_identification.starts_with("SSH-2.0-OpenSSH_"));

        let home = sshd.directory.path().join("home").canonicalize().expect("it is there");
        let file: PathBuf = home.join("EWC/ap3g3");
        let expected = [
            format!("session opened for local user {USER} from [127.0.0.1]"),
            "received client version 3".into(),
            "realpath \".\"".into(),
            format!("stat name \"{}\"", file.display()),
            format!("open \"{}\" flags READ mode 0666", file.display()),
            format!("close \"{}\" bytes read {SIZE} written 0", file.display()),
            format!("session closed for local user {USER} from [127.0.0.1]"),
        ];
        let log = sshd.log("home/sftp.log");
        assert_eq!(log.lines().map(str::trim_end).collect::<Vec<_>>(), expected);
        let log = sshd.log("log");
        assert!(log.contains("Accepted password for calo from 127.0.0.1"), "{log}");
        assert!(!log.contains("disconnect"), "the sample has no such line: {log}");
    });
}

#[test]
fn what_it_refuses() {
    with_sshd(async |host, sshd| {
        for (path, operation, code) in [
            ("Wrong-Path/ap1g6", Operation::Stat, StatusCode::NO_SUCH_FILE),
            ("unreadable", Operation::Open, StatusCode::PERMISSION_DENIED),
            ("EWC", Operation::Read, StatusCode::FAILURE),
        ] {
            let (result, _) = sshd.fetch(&host, USER, PASSWORD, path).await;
            let Err(FetchError::Failed(Failure::Status { operation: asked, status })) = result else {
                panic!("{path}: {result:?}: {}", sshd.log("log"))
            };
            assert_eq!((asked, status.code), (operation, code), "{path}");
        }
        for (user, password) in [(USER, "wrong"), ("nobody-here", PASSWORD)] {
            let (result, _) = sshd.fetch(&host, user, password, "EWC/ap3g3").await;
            assert!(matches!(result, Err(FetchError::Denied { .. })), "{user}: {result:?}");
        }
    });
}

//! The settings of the SFTP client.

use std::net::SocketAddr;
use std::time::Duration;

use fetch::sftp::{Path, Reads, Request};
use ssh::{Algorithms, Secret};

use crate::config::SshClient;

catalogue::settings! {
    /// The numbers and names of the SFTP client. Each names its fact in the catalogue, which has the source and the confidence.
    pub struct SftpSettings {
        pub port: u16 = "ewc.sftp.port",
        /// The time limit for establishing the TCP connection.
        pub connect_timeout: Duration = "ewc.sftp.connect-timeout",
        /// The time without a message after which a server is given up.
        pub stall_timeout: Duration = "ewc.sftp.stall-timeout",
        /// The time that the controller needs for a key exchange in addition to the exchange itself.
        pub key_exchange_time: Duration = "ewc.ssh.key-exchange-time",
        /// The number of bytes that one READ requests.
        pub read_size: u32 = "ewc.sftp.read-size",
        /// READs under way at a time.
        pub reads_outstanding: usize = "ewc.sftp.reads-outstanding",
        /// The rate at which the controller processes data, in bytes per second.
        pub rate: u64 = "ewc.sftp.rate",
        pub identification: String = "ewc.ssh.identification",
        pub kex: Vec<String> = "ewc.ssh.kex",
        pub host_keys: Vec<String> = "ewc.ssh.host-key",
        pub encryption: Vec<String> = "ewc.ssh.encryption",
        pub mac: Vec<String> = "ewc.ssh.mac",
    }
}

impl SftpSettings {
    /// Returns a request for `path` as a controller without a configuration of SSH makes it.
    pub fn request(&self, server: SocketAddr, user: &str, password: Secret, path: Path) -> Request {
        Request {
            server,
            user: user.to_owned(),
            password,
            path,
            ssh: ssh::client::Config {
                identification: self.identification.clone(),
                algorithms: self.algorithms(&SshClient::default()),
            },
            reads: Reads { size: self.read_size, outstanding: self.reads_outstanding, rate: Some(self.rate) },
            connect_timeout: self.connect_timeout,
            stall_timeout: self.stall_timeout,
            key_exchange_time: self.key_exchange_time,
        }
    }

    /// Returns the algorithms that a controller with this configuration offers to servers.
    pub fn algorithms(&self, configured: &SshClient) -> Algorithms {
        let or_default = |configured: &Option<Vec<String>>, default: &[String]| {
            configured.clone().unwrap_or_else(|| default.to_vec())
        };
        Algorithms {
            kex: or_default(&configured.kex, &self.kex),
            host_keys: self.host_keys.clone(),
            ciphers: or_default(&configured.encryption, &self.encryption),
            macs: or_default(&configured.mac, &self.mac),
            extensions: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use catalogue::Catalogue;

    use super::*;

    #[test]
    fn numbers_and_names_come_from_the_catalogue() {
        let builtin = SftpSettings::from_catalogue(Catalogue::builtin()).unwrap();
        assert_eq!((builtin.rate, builtin.read_size, builtin.reads_outstanding), (148_262, 32_768, 1));
        assert_eq!(builtin.kex.last().map(String::as_str), Some("diffie-hellman-group14-sha1"));
        let of = |version: &str| {
            let version = version.parse().expect("a version");
            SftpSettings::from_catalogue(&Catalogue::builtin().for_release(version)).unwrap()
        };
        assert_eq!((of("17.9.4.27").rate, of("17.10.1.5").rate), (148_262, 2_370_000));
        assert_eq!(of("16.12.4.1").host_keys, ["x509v3-ssh-rsa", "ssh-rsa"]);
        assert!(of("17.9.4.27").kex.contains(&"curve25519-sha256@libssh.org".into()));
        assert!(!of("17.3.3.26").kex.contains(&"curve25519-sha256@libssh.org".into()));
        assert!(of("17.12.1.5").host_keys.contains(&"ecdsa-sha2-nistp256".into()));
        let changed = Catalogue::builtin()
            .with_override("ewc.ssh.kex", "diffie-hellman-group14-sha256,ecdh-sha2-nistp256")
            .and_then(|catalogue| catalogue.with_override("ewc.sftp.read-size", "1"))
            .and_then(|catalogue| catalogue.with_override("ewc.sftp.rate", "1MB/s"))
            .unwrap();
        assert!(changed.with_override("ewc.sftp.read-size", "0").is_err());
        let changed = SftpSettings::from_catalogue(&changed).unwrap();
        assert_eq!(changed.kex, ["diffie-hellman-group14-sha256", "ecdh-sha2-nistp256"]);
        let server = ([10, 0, 0, 2], 22).into();
        let request = changed.request(server, "calo", Secret::new("x"), Path::Home("ap1g8".into()));
        assert_eq!((request.reads.rate, request.reads.size), (Some(1_000_000), 1));

        let configured = SshClient { mac: Some(vec!["hmac-sha1".into()]), ..SshClient::default() };
        let default = builtin.algorithms(&SshClient::default());
        let expected = Algorithms { macs: vec!["hmac-sha1".into()], ..default };
        assert_eq!(builtin.algorithms(&configured), expected);
    }
}

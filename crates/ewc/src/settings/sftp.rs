//! What the SFTP client goes by.

use std::time::Duration;

use catalogue::{Catalogue, FactError};
use ssh::Algorithms;

use crate::config::SshClient;

/// The numbers and names of the SFTP client. Each names its fact in the catalogue, where source and confidence stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SftpSettings {
    /// `ewc.sftp.port`.
    pub port: u16,
    /// `ewc.sftp.connect-timeout`: until the TCP connection stands.
    pub connect_timeout: Duration,
    /// `ewc.sftp.stall-timeout`: a server is given up of which nothing was heard for so long.
    pub stall_timeout: Duration,
    /// `ewc.ssh.key-exchange-time`: what the controller takes for a key exchange beyond the exchange itself.
    pub key_exchange_time: Duration,
    /// `ewc.sftp.read-size`: what a READ asks for, in bytes.
    pub read_size: u32,
    /// `ewc.sftp.reads-outstanding`: READs under way at a time.
    pub reads_outstanding: usize,
    /// `ewc.sftp.rate`: what the controller digests, in bytes per second.
    pub rate: u64,
    /// `ewc.ssh.identification`.
    pub identification: String,
    /// `ewc.ssh.kex`, `ewc.ssh.host-key`, `ewc.ssh.encryption`, `ewc.ssh.mac`.
    pub algorithms: Algorithms,
}

/// Longer ones some servers answer with less, and none with more: OpenSSH takes packets of 256 KiB.
const READ_SIZE_MAX: u64 = 255 << 10;
/// As many as OpenSSH's client has.
const READS_OUTSTANDING_MAX: u64 = 64;

impl SftpSettings {
    /// The values in force in `catalogue`.
    ///
    /// # Errors
    /// A fact is missing or of another kind. Numbers that their field cannot hold are taken to the nearest it can.
    pub fn from_catalogue(catalogue: &Catalogue) -> Result<Self, FactError> {
        let names = |key| {
            let text = catalogue.text(key)?;
            let names = text.split([' ', ',']).filter(|name| !name.is_empty());
            Ok(names.map(str::to_owned).collect())
        };
        Ok(Self {
            port: u16::try_from(catalogue.number("ewc.sftp.port")?).unwrap_or(u16::MAX),
            connect_timeout: catalogue.duration("ewc.sftp.connect-timeout")?,
            stall_timeout: catalogue.duration("ewc.sftp.stall-timeout")?,
            key_exchange_time: catalogue.duration("ewc.ssh.key-exchange-time")?,
            read_size: catalogue.number("ewc.sftp.read-size")?.clamp(1, READ_SIZE_MAX) as u32,
            reads_outstanding: catalogue.number("ewc.sftp.reads-outstanding")?.clamp(1, READS_OUTSTANDING_MAX)
                as usize,
            rate: catalogue.rate("ewc.sftp.rate")?,
            identification: catalogue.text("ewc.ssh.identification")?,
            algorithms: Algorithms {
                kex: names("ewc.ssh.kex")?,
                host_keys: names("ewc.ssh.host-key")?,
                ciphers: names("ewc.ssh.encryption")?,
                macs: names("ewc.ssh.mac")?,
            },
        })
    }

    /// What is offered to servers by a controller that is configured like that.
    pub fn algorithms(&self, configured: &SshClient) -> Algorithms {
        let or_default = |configured: &Option<Vec<String>>, default: &[String]| {
            configured.clone().unwrap_or_else(|| default.to_vec())
        };
        Algorithms {
            kex: or_default(&configured.kex, &self.algorithms.kex),
            host_keys: self.algorithms.host_keys.clone(),
            ciphers: or_default(&configured.encryption, &self.algorithms.ciphers),
            macs: or_default(&configured.mac, &self.algorithms.macs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_come_from_the_catalogue() {
        let builtin = SftpSettings::from_catalogue(Catalogue::builtin()).unwrap();
        assert_eq!((builtin.rate, builtin.read_size, builtin.reads_outstanding), (148_262, 32_768, 1));
        assert_eq!(builtin.algorithms.kex.first().map(String::as_str), Some("curve25519-sha256"));
        let changed = Catalogue::builtin()
            .with_override("ewc.ssh.kex", "diffie-hellman-group14-sha256,ecdh-sha2-nistp256")
            .and_then(|catalogue| catalogue.with_override("ewc.sftp.read-size", "0"))
            .and_then(|catalogue| catalogue.with_override("ewc.sftp.rate", "1MB/s"))
            .unwrap();
        let changed = SftpSettings::from_catalogue(&changed).unwrap();
        assert_eq!(changed.algorithms.kex, ["diffie-hellman-group14-sha256", "ecdh-sha2-nistp256"]);
        assert_eq!((changed.rate, changed.read_size), (1_000_000, 1));

        let configured = SshClient { mac: Some(vec!["hmac-sha1".into()]), ..SshClient::default() };
        let expected = Algorithms { macs: vec!["hmac-sha1".into()], ..builtin.algorithms.clone() };
        assert_eq!(builtin.algorithms(&configured), expected);
    }
}

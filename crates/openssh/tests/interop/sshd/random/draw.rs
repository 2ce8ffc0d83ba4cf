//! What is drawn: configurations of directives that are modelled, and clients.

use test_support::Draw;

/// A configuration and its clients. `PORT` in the text stands for the port of the server.
#[derive(Debug)]
pub(super) struct Case {
    pub directives: String,
    pub clients: Vec<Client>,
}

/// A client: OpenSSH's sftp with these options, passwords and commands.
#[derive(Debug)]
pub(super) struct Client {
    pub user: &'static str,
    pub passwords: Vec<&'static str>,
    pub options: Vec<String>,
    /// The subsystem that it asks for.
    pub subsystem: &'static str,
    pub commands: Vec<&'static str>,
}

const FLAG: &[&str] = &["yes", "no"];
const LEVELS: &[&str] = &["QUIET", "FATAL", "ERROR", "INFO", "INFO", "VERBOSE", "VERBOSE", "VERBOSE", "info"];
const FACILITIES: &[&str] = &["AUTH", "AUTHPRIV", "DAEMON", "USER", "LOCAL0", "LOCAL7", "local3"];
const USERS: &[&str] = &[
    "calo",
    "bob",
    "c*",
    "?ob",
    "*",
    "!calo",
    "root",
    "empty",
    "f*s",
    "calo@127.0.0.1",
    "*@127.0.0.0/8",
    "bob@10.*",
    "b*@!127.0.0.1,*",
    "c*@127.0.0.?",
    "CALO",
    "files",
];
const GROUPS: &[&str] = &["calo", "sftp", "s*", "!bob", "root", "*", "nogroup", "?ile*", "bob", "!sftp"];
const CONDITIONS: &[&str] = &[
    "User calo",
    "User c*,bob",
    "User *,!calo",
    "User root",
    "User !bob",
    "Group sftp",
    "Group sftp,!files",
    "Group calo,root",
    "Group *,!sftp",
    "Address 127.0.0.1",
    "Address 127.0.0.0/8,!127.0.0.2",
    "Address 10.0.0.0/8",
    "Address 127.*",
    "Host 127.0.0.1",
    "Host *.example",
    "LocalAddress 127.0.0.1",
    "LocalAddress 127.0.0.0/24",
    "LocalPort PORT",
    "LocalPort 22",
    "user calo,empty",
];
const COMMANDS: &[&str] = &[
    "internal-sftp",
    "internal-sftp",
    "internal-sftp",
    "/usr/lib/openssh/sftp-server",
    "/usr/lib/openssh/sftp-server",
];
const OPTIONS: &[&str] = &[
    "-l INFO",
    "-l VERBOSE",
    "-l VERBOSE",
    "-l ERROR",
    "-l QUIET",
    "-lINFO",
    "-f LOCAL0",
    "-f AUTHPRIV",
    "-R",
    "-d /home",
    "-d sub",
    "-d %d/sub",
    "-d /home/%u",
    "-d /nowhere",
    "-u 077",
    "-u 027",
    "-P remove,mkdir",
    "-P open",
    "-p realpath,open,read,close,stat,lstat,fstat,opendir,readdir",
    "-p realpath,stat",
    "-l LOUD",
    "-f MAIL",
    "-u 9",
    "-e",
    "-x",
    "-Rl INFO",
];
const CHROOTS: &[&str] = &[
    "/home",
    "/home/%u",
    "/home/jail",
    "/home/jail",
    "/home/jail/",
    "/home/open",
    "/home/nowhere",
    "%h",
    "none",
    "home",
    "/home/calo/image",
    "\"/home/jail\"",
    "/",
];
/// The algorithms that both know: ours has no umac and no sntrup761.
const KEX: &[&str] = &[
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group1-sha1",
];
const CIPHERS: &[&str] = &[
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-cbc",
    "aes256-cbc",
];
const MACS: &[&str] = &[
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
];
const HOST_KEYS: &[&str] = &["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"];
/// What a list that takes names away may say.
const AWAY: &[&str] =
    &["*sha1*", "aes*", "curve*", "ecdh-*", "*-etm@openssh.com", "ssh-*", "rsa-*", "*", "umac*", "?acha*"];
const METHODS: &[&str] = &[
    "any",
    "password",
    "password",
    "publickey,password",
    "password,publickey",
    "publickey",
    "publickey password",
    "password,password",
    "publickey,password password",
    "none",
];

/// Draws a comparison.
pub(super) fn case(seed: u64) -> Case {
    let draw = &mut Draw::new(seed);
    let mut lines = Vec::new();
    // First, as the first value counts, and a session that logs nothing compares little.
    if draw.chance(70) {
        lines.push("LogLevel VERBOSE".to_owned());
    }
    for _ in 0..draw.number(1..=7) {
        lines.push(written(draw, anywhere));
    }
    for _ in 0..draw.number(0..=4) {
        lines.push(written(draw, main_part));
    }
    if draw.chance(90) && !lines.iter().any(|line| line.to_lowercase().starts_with("subsystem")) {
        lines.push(format!("Subsystem sftp {}", command(draw)));
    }
    if draw.chance(4) {
        lines.push(
            draw.pick(&["Ciphers aes", "MaxAuthTries many", "Port 22 23", "Shell yes", "UsePAM"]).to_owned(),
        );
    }
    // Each wrong password takes PAM two seconds.
    lines.push(format!("UsePAM {}", if draw.chance(12) { "yes" } else { "no" }));
    for _ in 0..draw.number(0..=3) {
        let condition = match draw.chance(8) {
            true => "all".to_owned(),
            false => draw.several(1..=2, CONDITIONS).join(" "),
        };
        lines.push(format!("Match {condition}"));
        for _ in 0..draw.number(1..=3) {
            lines.push(format!("  {}", written(draw, anywhere)));
        }
    }
    let clients = (0..draw.number(1..=3)).map(|_| client(draw)).collect();
    Case { directives: lines.join("\n") + "\n", clients }
}

/// A directive in one of the ways in which it may be written.
fn written(draw: &mut Draw, directive: fn(&mut Draw) -> (&'static str, String)) -> String {
    let (keyword, value) = directive(draw);
    let keyword = if draw.chance(15) { keyword.to_lowercase() } else { keyword.to_owned() };
    let between = draw.pick(&[" ", " ", " ", "\t", "  ", "=", " = "]);
    // A command is the rest of the line.
    let after = if draw.chance(10) && keyword.to_lowercase() != "forcecommand" { " # as told" } else { "" };
    format!("{keyword}{between}{value}{after}")
}

/// A directive that may stand in a `Match` block.
fn anywhere(draw: &mut Draw) -> (&'static str, String) {
    let one = |draw: &mut Draw, keyword, from: &[&'static str]| (keyword, draw.pick(from).to_owned());
    match draw.number(0..=16) {
        0 => one(draw, "LogLevel", LEVELS),
        1 => one(draw, "PasswordAuthentication", FLAG),
        2 => one(draw, "KbdInteractiveAuthentication", FLAG),
        3 => one(draw, "PubkeyAuthentication", FLAG),
        4 => one(draw, "PermitEmptyPasswords", FLAG),
        5 => {
            let ways = ["yes", "yes", "no", "prohibit-password", "without-password", "forced-commands-only"];
            one(draw, "PermitRootLogin", &ways)
        }
        6 => ("AllowUsers", draw.several(1..=3, USERS).join(" ")),
        7 => ("DenyUsers", draw.several(1..=2, USERS).join(" ")),
        8 => ("AllowGroups", draw.several(1..=3, GROUPS).join(" ")),
        9 => ("DenyGroups", draw.several(1..=2, GROUPS).join(" ")),
        10 => one(draw, "MaxAuthTries", &["1", "2", "3", "6", "0"]),
        11 => one(draw, "MaxSessions", &["0", "1", "10"]),
        12 | 13 => ("ForceCommand", if draw.chance(15) { "none".into() } else { command(draw) }),
        14 => one(draw, "ChrootDirectory", CHROOTS),
        15 => one(draw, "AuthenticationMethods", METHODS),
        _ => one(draw, "ClientAliveInterval", &["0", "30", "1m", "1h"]),
    }
}

/// A directive of the main part.
fn main_part(draw: &mut Draw) -> (&'static str, String) {
    let one = |draw: &mut Draw, keyword, from: &[&'static str]| (keyword, draw.pick(from).to_owned());
    match draw.number(0..=13) {
        0 | 1 => ("Ciphers", algorithms(draw, CIPHERS)),
        2 | 3 => ("MACs", algorithms(draw, MACS)),
        4 | 5 => ("KexAlgorithms", algorithms(draw, KEX)),
        6 | 7 => ("HostKeyAlgorithms", algorithms(draw, HOST_KEYS)),
        8 => one(draw, "SyslogFacility", FACILITIES),
        9 => one(draw, "LoginGraceTime", &["0", "20", "1m", "1m30s", "2h"]),
        10 => one(draw, "MaxStartups", &["10", "10:30:100", "5:50:20"]),
        11 => ("Subsystem", format!("{} {}", draw.pick(&["sftp", "sftp", "SFTP", "backup"]), command(draw))),
        12 => one(draw, "ListenAddress", &["127.0.0.1:PORT", "[::1]:PORT", "127.0.0.2"]),
        _ => one(draw, "Banner", &["none", "/home/calo/empty", "/home/nowhere"]),
    }
}

fn command(draw: &mut Draw) -> String {
    let mut words = vec![draw.pick(COMMANDS)];
    if draw.chance(60) {
        words.push(draw.pick(&["-l INFO", "-l VERBOSE"]));
    }
    if draw.chance(45) {
        words.extend(draw.several(1..=2, OPTIONS));
    }
    words.join(" ")
}

fn algorithms(draw: &mut Draw, names: &[&'static str]) -> String {
    let change = draw.pick(&["", "", "", "+", "-", "^"]);
    let mut list = draw.several(1..=3, names);
    if change == "-" && draw.chance(60) {
        list.push(draw.pick(AWAY));
    }
    format!("{change}{}", list.join(","))
}

fn client(draw: &mut Draw) -> Client {
    let users =
        ["calo", "calo", "calo", "calo", "bob", "bob", "empty", "locked", "files", "root", "stranger"];
    let user = draw.pick(&users);
    let right = if user == "empty" { "" } else { super::machine::PASSWORD };
    let mut passwords = vec![right];
    if draw.chance(30) {
        let wrong = draw.several(1..=3, &["wrong", "wrong", ""]);
        passwords.splice(0..0, wrong);
    }
    if draw.chance(8) {
        passwords.pop();
        passwords.push("wrong");
    }
    let mut options = vec![format!("-oNumberOfPasswordPrompts={}", passwords.len())];
    let methods = draw.pick(&["password", "password", "publickey,password", "publickey"]);
    options.push(format!("-oPreferredAuthentications={methods}"));
    let offers =
        [("Ciphers", CIPHERS), ("MACs", MACS), ("KexAlgorithms", KEX), ("HostKeyAlgorithms", HOST_KEYS)];
    for (keyword, names) in offers {
        if draw.chance(15) {
            options.push(format!("-o{keyword}={}", draw.several(1..=3, names).join(",")));
        }
    }
    let subsystem = draw.pick(&["sftp", "sftp", "sftp", "sftp", "sftp", "sftp", "sftp", "backup", "nosuch"]);
    let commands = [
        "get image out",
        "get image out",
        "get /home/calo/image out",
        "get sub/image out",
        "get /image out",
        "get nosuch out",
        "get private out",
        "get closed/file out",
        "get /home/bob/image out",
        "get sub out",
        "get ../calo/empty out",
        "ls -1",
        "ls -1 /home",
        "ls -1 closed",
        "put batch new",
        "put batch /home/new",
        "put batch image",
        "mkdir nodir/more",
        "rmdir nosuch",
        "rm nosuch",
        "rename image nodir/other",
        "pwd",
        "cd sub",
        "cd /home/calo",
    ];
    Client { user, passwords, options, subsystem, commands: draw.several(1..=4, &commands) }
}

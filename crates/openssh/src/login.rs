//! The authentication: users, passwords, PAM.
//!
//! ```text
//!   first request: the user's settings, is there such a user, may the user log in at all
//!   each request:  none, a password or a key; PAM's lines; the wait after a failure; sshd's line
//!   too many failures: the end
//! ```

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use host::{Entropy, Host};
use rand::RngExt;
use ssh::server::{AuthMethod, Method};

use super::accounts::Account;
use super::config::{Connection, PermitRootLogin, Settings, disabled_method, methods_of};
use super::event::{Checker, Kind, Who};
use super::log::Log;
use super::shared::Shared;

/// The least time before sshd answers a request (auth2.c, `MIN_FAIL_DELAY_SECONDS`).
const DELAY_MIN: Duration = Duration::from_millis(5);
/// The most nanoseconds added by the user's name (auth2.c, `user_specific_delay`: 32 bits of picoseconds).
const DELAY_OF_USER_MAX_NS: u64 = 4_294_967;
/// The delay of pam_unix after a wrong password (Linux-PAM 1.4.0, support.c).
const PAM_DELAY_US: f64 = 2e6;
/// The limit of failures of pam_unix (support.h, `UNIX_MAX_RETRIES`), which Ubuntu's common-auth ignores.
const PAM_RETRIES: u32 = 3;
/// The limit of passwords: longer ones fail unchecked (auth.h, `MAX_PASSWORD_LEN`).
const PASSWORD_MAX: usize = 1024;
/// The most requests of one client, failed or not (auth2.c).
const ATTEMPTS_MAX: u32 = 1024;
/// RFC 4253 section 11.1: sshd gives SSH_DISCONNECT_PROTOCOL_ERROR as the reason of all its disconnects.
pub(super) const PROTOCOL_ERROR: u32 = 2;

/// A client that tries to log in.
#[derive(Debug)]
pub(super) struct Login<H> {
    host: H,
    server: Rc<Shared>,
    peer: SocketAddr,
    local: SocketAddr,
    candidate: Option<Candidate>,
    attempts: u32,
    failures: u32,
    none_tried: bool,
    /// The number of passwords that were checked, right or wrong.
    passwords: u32,
    /// True if the age of the password was looked up, which sshd does once.
    age_checked: bool,
    /// The number of failures that pam_unix has counted.
    pam_failures: u32,
    delays: Option<Entropy>,
}

/// The user that a client logs in as.
#[derive(Debug)]
struct Candidate {
    user: String,
    account: Option<Account>,
    /// True if the user exists and may log in.
    valid: bool,
    settings: Settings,
    /// The methods that remain of each list of `AuthenticationMethods`; empty if any one method is enough.
    lists: Vec<Vec<String>>,
}

/// A logged-in user, and the settings of the connection.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) account: Account,
    pub(super) settings: Settings,
}

/// The answer to a request.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The login succeeded.
    Accepted(Box<Admitted>),
    /// The user is not in yet; these methods may be tried next.
    Rejected {
        methods: Vec<AuthMethod>,
        /// True if the method succeeded, and another one has to succeed too.
        is_partial: bool,
    },
    /// The connection ends with this text.
    Goodbye(String),
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The user is in.
    Done,
    /// The method succeeded, and another one has to succeed too.
    Partial,
    Failed,
}

impl Candidate {
    /// Returns true if a method is switched on, and is the next one of a list.
    fn allows(&self, method: AuthMethod) -> bool {
        let (is_on, name) = match method {
            AuthMethod::PublicKey => (self.settings.pubkey_authentication, "publickey"),
            AuthMethod::Password => (self.settings.password_authentication, "password"),
            // They are not offered.
            AuthMethod::KeyboardInteractive | AuthMethod::HostBased | AuthMethod::GssapiWithMic => {
                return false;
            }
        };
        is_on && self.is_next(name)
    }

    /// Returns true if a method is the next one of a list, or if there are no lists.
    fn is_next(&self, method: &str) -> bool {
        let is_next = |list: &Vec<String>| list.first().is_some_and(|next| next == method);
        self.lists.is_empty() || self.lists.iter().any(is_next)
    }

    /// Returns the methods that may be tried next.
    fn methods(&self) -> Vec<AuthMethod> {
        [AuthMethod::PublicKey, AuthMethod::Password]
            .into_iter()
            .filter(|method| self.allows(*method))
            .collect()
    }

    /// Takes a method that succeeded off the lists that begin with it (auth2.c).
    fn succeed(&mut self, method: &str) -> Step {
        for list in &mut self.lists {
            if list.first().is_some_and(|next| next == method) {
                list.remove(0);
            }
        }
        let is_done = self.lists.is_empty() || self.lists.iter().any(Vec::is_empty);
        if is_done { Step::Done } else { Step::Partial }
    }
}

/// Returns the lists of `AuthenticationMethods` whose methods are all switched on. The process that guards the connection and the
/// unprivileged one both look for them, and log the others.
fn lists(log: &Log, settings: &Settings) -> Vec<Vec<String>> {
    let given = &settings.authentication_methods;
    let enabled: Vec<_> = given.iter().filter(|list| disabled_method(list, settings).is_none()).collect();
    for (preauth, by) in [(false, Checker::Guard), (true, Checker::Preauth)] {
        for list in given {
            if let Some(method) = disabled_method(list, settings) {
                log.tell(Kind::MethodDisabled { method: method.to_owned(), list: list.clone(), by });
                log.tell(Kind::MethodsSkipped { list: list.clone(), preauth });
            }
        }
        if enabled.is_empty() && !given.is_empty() {
            log.tell(Kind::NoMethodsLeft { preauth });
        }
    }
    enabled.into_iter().map(|list| methods_of(list).map(str::to_owned).collect()).collect()
}

/// Logs the lists of the main part that cannot be satisfied, up to the first that can: sshd checks them anew for each connection.
pub(super) fn check_methods(log: &Log, settings: &Settings) {
    for list in &settings.authentication_methods {
        let Some(method) = disabled_method(list, settings) else { return };
        let (method, list) = (method.to_owned(), list.clone());
        log.tell(Kind::MethodDisabled { method, list, by: Checker::Start });
    }
}

impl<H: Host> Login<H> {
    pub(super) fn new(host: H, server: Rc<Shared>, peer: SocketAddr, local: SocketAddr) -> Self {
        Self {
            host,
            server,
            peer,
            local,
            candidate: None,
            attempts: 0,
            failures: 0,
            none_tried: false,
            passwords: 0,
            age_checked: false,
            pam_failures: 0,
            delays: None,
        }
    }

    /// Returns the owner of the connection so far.
    pub(super) fn who(&self) -> Who {
        match &self.candidate {
            None => Who::Nobody,
            Some(Candidate { user, valid: true, .. }) => Who::Authenticating(user.clone()),
            Some(Candidate { user, .. }) => Who::Invalid(user.clone()),
        }
    }

    /// Answers a request.
    pub(super) async fn attempt(&mut self, log: &mut Log, user: &str, method: Method) -> Verdict {
        let began = self.host.now();
        // The text after a colon is a style, on systems that have styles.
        let user = user.split(':').next().unwrap_or_default();
        let mut candidate = match self.candidate.take() {
            None => self.meet(log, user),
            Some(candidate) if candidate.user == user => candidate,
            Some(candidate) => {
                let change = |user: &str| format!("({user},ssh-connection)");
                let (before, after) = (change(&candidate.user), change(user));
                self.candidate = Some(candidate);
                let reason = format!("Change of username or service not allowed: {before} -> {after}");
                log.tell(Kind::Disconnecting { who: self.who(), peer: self.peer, reason: reason.clone() });
                return Verdict::Goodbye(reason);
            }
        };
        if self.attempts >= ATTEMPTS_MAX {
            return self.too_many(log, candidate);
        }
        self.attempts += 1;
        if candidate.lists.is_empty() && !candidate.settings.authentication_methods.is_empty() {
            let reason = "no authentication methods enabled".to_owned();
            self.candidate = Some(candidate);
            log.tell(Kind::Disconnecting { who: self.who(), peer: self.peer, reason: reason.clone() });
            return Verdict::Goodbye(reason);
        }
        let step = self.try_method(log, &mut candidate, &method).await;
        self.wait_since(began, user).await;
        if step == Step::Done
            && let Some(account) = candidate.account.clone()
        {
            return Verdict::Accepted(Box::new(Admitted { account, settings: candidate.settings }));
        }
        // The first request may be `none`, to learn the available methods.
        if step == Step::Failed && (self.attempts > 1 || method != Method::None) {
            self.failures += 1;
        }
        if self.failures >= candidate.settings.max_auth_tries {
            return self.too_many(log, candidate);
        }
        let methods = candidate.methods();
        self.candidate = Some(candidate);
        Verdict::Rejected { methods, is_partial: step == Step::Partial }
    }

    /// Returns true if an attempt to log in has failed.
    pub(super) fn has_failed(&self) -> bool {
        self.failures > 0
    }

    /// The connection has ended without a login: PAM logs the failures that it has held back.
    pub(super) fn give_up(&self, log: &Log) {
        if let Some(candidate) = self.candidate.as_ref().filter(|_| self.pam_failures > 1) {
            let (host, user) =
                (self.peer.ip().to_string(), candidate.account.as_ref().map(|a| a.name.clone()));
            log.tell(Kind::PamMoreFailures { more: self.pam_failures - 1, host, user });
            if self.pam_failures > PAM_RETRIES {
                log.tell(Kind::PamPatient { failures: self.pam_failures, most: PAM_RETRIES });
            }
        }
    }

    /// Looks the user up.
    fn meet(&self, log: &mut Log, user: &str) -> Candidate {
        let account = self.server.accounts.find(user).cloned();
        let host = self.peer.ip().to_string();
        let connection = Connection {
            user,
            groups: account.as_ref().map_or(&[], |account| &account.groups),
            host: &host,
            address: self.peer.ip(),
            local: self.local,
        };
        let settings = self.server.config.effective(&connection);
        log.level = settings.log_level;
        let user = user.to_owned();
        let valid = match &account {
            None => {
                log.tell(Kind::InvalidUser { user: user.clone(), peer: self.peer });
                false
            }
            Some(account) if account.is_locked && !self.server.config.use_pam => {
                log.tell(Kind::Locked { user: user.clone() });
                false
            }
            Some(_) => match settings.admits(&connection) {
                Ok(()) => true,
                Err(reason) => {
                    let (host, reason) = (host.clone(), reason.to_string());
                    log.tell(Kind::NotAllowed { user: user.clone(), host, reason });
                    false
                }
            },
        };
        let lists = lists(log, &settings);
        Candidate { user, account, valid, settings, lists }
    }

    async fn try_method(&mut self, log: &Log, candidate: &mut Candidate, method: &Method) -> Step {
        let settings = &candidate.settings;
        if self.failures >= settings.max_auth_tries {
            return Step::Failed;
        }
        match method {
            Method::None => {
                let first = !std::mem::replace(&mut self.none_tried, true);
                let empty = settings.permit_empty_passwords && settings.password_authentication;
                if first && empty && candidate.is_next("none") {
                    self.password(log, candidate, "none", "").await
                } else {
                    Step::Failed
                }
            }
            Method::Password(password) if candidate.allows(AuthMethod::Password) => {
                self.password(log, candidate, "password", password.expose()).await
            }
            Method::PublicKey { key, .. } if candidate.allows(AuthMethod::PublicKey) && candidate.valid => {
                let algorithm = key.algorithm();
                let kind = match &*algorithm {
                    "ssh-ed25519" => "ED25519",
                    "ssh-rsa" => "RSA",
                    name if name.starts_with("ecdsa") => "ECDSA",
                    name => name,
                };
                let key = format!("{kind} {}", key.fingerprint());
                self.tell_login(log, candidate, "publickey", Step::Failed, Some(key));
                Step::Failed
            }
            _ => Step::Failed,
        }
    }

    /// Checks the password of a request for `requested`: `password`, or `none` with the empty one.
    async fn password(
        &mut self,
        log: &Log,
        candidate: &mut Candidate,
        requested: &str,
        password: &str,
    ) -> Step {
        let settings = &candidate.settings;
        let root_only_otherwise = candidate.account.as_ref().is_some_and(|account| account.uid == 0)
            && settings.permit_root_login != PermitRootLogin::Yes;
        let may = candidate.valid && !root_only_otherwise;
        let accepted =
            if password.len() > PASSWORD_MAX || password.is_empty() && !settings.permit_empty_passwords {
                false
            } else {
                let fits = candidate.account.as_ref().is_some_and(|account| account.has_password(password));
                if self.server.config.use_pam {
                    // A user who may not log in fails as with a wrong password, and after the same time.
                    self.ask_pam(log, candidate, may && fits).await
                } else {
                    let first = !std::mem::replace(&mut self.age_checked, true);
                    if !candidate.valid && first {
                        log.tell(Kind::NoShadow { user: "NOUSER".into() });
                    }
                    may && fits
                }
            };
        // The first password, if it is empty, counts as `none`.
        self.passwords += 1;
        let method = if password.is_empty() && self.passwords == 1 { "none" } else { "password" };
        let step = if accepted { candidate.succeed(requested) } else { Step::Failed };
        self.tell_login(log, candidate, method, step, None);
        step
    }

    /// Lets PAM check the password.
    async fn ask_pam(&mut self, log: &Log, candidate: &Candidate, right: bool) -> bool {
        if right {
            return true;
        }
        if candidate.account.is_none() {
            log.tell(Kind::PamUserUnknown);
        }
        self.pam_failures += 1;
        if self.pam_failures == 1 {
            let (host, user) =
                (self.peer.ip().to_string(), candidate.account.as_ref().map(|a| a.name.clone()));
            log.tell(Kind::PamFailure { host, user });
        }
        let delay = self.pam_delay();
        self.host.sleep(delay).await;
        false
    }

    /// Returns about two seconds, spread as by Linux-PAM (pam_delay.c): the mean of three numbers gives 50 % to 150 % of it.
    fn pam_delay(&mut self) -> Duration {
        let port = self.peer.port();
        let entropy = self.delays.get_or_insert_with(|| {
            self.host.entropy(&format!("pam/{}/{port}/{}", self.peer.ip(), self.host.now().as_micros()))
        });
        let mean = (0..3).map(|_| entropy.random_range(0.0..1.0)).sum::<f64>() / 3.0;
        Duration::from_micros((PAM_DELAY_US * (0.5 + mean)) as u64)
    }

    /// Waits until the answer may be sent: the time that it takes reveals nothing.
    async fn wait_since(&self, began: Duration, user: &str) {
        let mut least = DELAY_MIN + Duration::from_nanos(self.server.secret_of(user) % DELAY_OF_USER_MAX_NS);
        let elapsed = self.host.now() - began;
        while least < elapsed {
            least *= 2;
        }
        self.host.sleep_until(began + least).await;
    }

    fn too_many(&mut self, log: &Log, candidate: Candidate) -> Verdict {
        let (valid, user) = (candidate.valid, candidate.user.clone());
        self.candidate = Some(candidate);
        log.tell(Kind::TooManyFailures { valid, user, peer: self.peer });
        let reason = "Too many authentication failures".to_owned();
        log.tell(Kind::Disconnecting { who: self.who(), peer: self.peer, reason: reason.clone() });
        Verdict::Goodbye(reason)
    }

    fn tell_login(
        &self,
        log: &Log,
        candidate: &Candidate,
        method: &'static str,
        step: Step,
        key: Option<String>,
    ) {
        let Candidate { user, valid, settings, .. } = candidate;
        let raised = self.failures >= settings.max_auth_tries / 2;
        let (user, peer) = (user.clone(), self.peer);
        let (accepted, partial) = (step == Step::Done, step == Step::Partial);
        log.tell(Kind::Login { accepted, method, valid: *valid, user, peer, key, raised, partial });
    }
}

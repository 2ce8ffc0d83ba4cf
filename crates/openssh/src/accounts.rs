//! The users of a machine, as passwd(5), shadow(5) and group(5) know them.

use std::collections::{BTreeMap, BTreeSet};

use files::{Group, User};
use ssh::Secret;

use super::sftp_server::Ids;

/// The first number of groups that are not a primary group.
const OTHER_GROUPS: u32 = 10_000;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The login name.
    pub name: String,
    /// The user's number.
    pub uid: u32,
    /// The primary group's number.
    pub gid: u32,
    /// All groups, the primary one first.
    pub groups: Vec<String>,
    /// The home directory.
    pub home: String,
    /// The shell. `/usr/sbin/nologin` and `/bin/false` run no commands, sftp-server included.
    pub shell: String,
    /// The password. Without one, no password is accepted. An empty one needs no password, where sshd permits that.
    pub password: Option<Secret>,
    /// True if the password is locked, as by `usermod -L`.
    pub is_locked: bool,
}

impl Account {
    /// Makes a user with a group and a home of that name, a shell, and no password.
    pub fn new(name: &str, uid: u32) -> Self {
        Self {
            name: name.into(),
            uid,
            gid: uid,
            groups: vec![name.into()],
            home: format!("/home/{name}"),
            shell: "/bin/bash".into(),
            password: None,
            is_locked: false,
        }
    }

    /// Returns the same user with a password.
    #[must_use]
    pub fn with_password(mut self, password: Secret) -> Self {
        self.password = Some(password);
        self
    }

    /// Returns the user as owner of files.
    pub fn user(&self) -> User {
        let mut groups: Vec<_> = self.groups.iter().map(|group| Group::named(group)).collect();
        if let Some(primary) = groups.first_mut() {
            primary.gid = Some(self.gid);
        }
        User { name: self.name.clone(), uid: Some(self.uid), groups }
    }

    /// Returns true if the password is the user's.
    pub(super) fn has_password(&self, password: &str) -> bool {
        !self.is_locked && self.password.as_ref().is_some_and(|own| own.expose() == password)
    }
}

/// The users of a machine. They always include root, without a password unless one is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts(BTreeMap<String, Account>);

impl Accounts {
    /// Makes accounts of these users and root. Of two with the same name the last counts.
    pub fn new(accounts: impl IntoIterator<Item = Account>) -> Self {
        let root = Account { home: "/root".into(), ..Account::new("root", 0) };
        let all = std::iter::once(root).chain(accounts);
        Self(all.map(|account| (account.name.clone(), account)).collect())
    }

    /// Returns the numbers of all users and groups. A group that is not primary gets a made-up number above those of users.
    pub(super) fn ids(&self) -> Ids {
        let mut ids = Ids::new();
        let mut others = BTreeSet::new();
        for account in self.iter() {
            ids.insert_user(&account.name, account.uid);
            others.extend(account.groups.iter().skip(1));
        }
        for (number, group) in (OTHER_GROUPS..).zip(others) {
            ids.insert_group(group, number);
        }
        for account in self.iter() {
            if let Some(primary) = account.groups.first() {
                ids.insert_group(primary, account.gid);
            }
        }
        ids
    }

    /// Returns the user of that name.
    pub fn find(&self, name: &str) -> Option<&Account> {
        self.0.get(name)
    }

    /// Returns all users, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.0.values()
    }
}

/// Makes accounts with root alone.
impl Default for Accounts {
    fn default() -> Self {
        Self::new([])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_always_there_and_gets_in_with_no_password() {
        let accounts = Accounts::new([Account::new("calo", 1000).with_password(Secret::new("Sw0rdfish"))]);
        let names: Vec<_> = accounts.iter().map(|account| &*account.name).collect();
        assert_eq!(names, ["calo", "root"]);
        let root = accounts.find("root").expect("always there");
        assert_eq!((root.uid, &*root.home), (0, "/root"));
        assert!(!root.has_password("") && !root.has_password("root"));
    }

    #[test]
    fn passwords_are_compared_and_not_shown() {
        let calo = Account::new("calo", 1000).with_password(Secret::new("Sw0rdfish"));
        assert!(calo.has_password("Sw0rdfish") && !calo.has_password("sw0rdfish"));
        assert!(!format!("{calo:?}").contains("Sw0rdfish"));
        assert!(!Account { is_locked: true, ..calo }.has_password("Sw0rdfish"));
    }
}

//! Names and numbers of users and groups, as passwd(5) and group(5) have them.

use std::collections::BTreeMap;

/// The number for unknown users and groups: that of the user nobody.
const UNKNOWN: u32 = 65_534;

/// The numbers of a machine's users and groups. Root is 0 unless given otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    users: BTreeMap<String, u32>,
    groups: BTreeMap<String, u32>,
}

impl Ids {
    /// Returns the numbers of root alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a user.
    pub fn insert_user(&mut self, name: &str, uid: u32) {
        self.users.insert(name.into(), uid);
    }

    /// Adds a group.
    pub fn insert_group(&mut self, name: &str, gid: u32) {
        self.groups.insert(name.into(), gid);
    }

    /// Returns the number of a user, given by a file's owner name or number.
    pub fn uid(&self, user: &str) -> u32 {
        number(&self.users, user)
    }

    /// Returns the number of a group, given by a file's group name or number.
    pub fn gid(&self, group: &str) -> u32 {
        number(&self.groups, group)
    }

    /// Returns the name of a user in `ls -l`, or the number of one without a name.
    pub fn user(&self, user: &str) -> String {
        name(&self.users, user)
    }

    /// Returns the name of a group in `ls -l`.
    pub fn group(&self, group: &str) -> String {
        name(&self.groups, group)
    }
}

fn number(known: &BTreeMap<String, u32>, who: &str) -> u32 {
    match known.get(who) {
        Some(number) => *number,
        None if who == "root" => 0,
        None => who.parse().unwrap_or(UNKNOWN),
    }
}

fn name(known: &BTreeMap<String, u32>, who: &str) -> String {
    let Ok(number) = who.parse::<u32>() else { return who.into() };
    match known.iter().find(|(_, known)| **known == number) {
        Some((name, _)) => name.clone(),
        None if number == 0 => "root".into(),
        None => who.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_found_from_either() {
        let mut ids = Ids::new();
        ids.insert_user("calo", 1000);
        ids.insert_group("sftp", 1002);
        assert_eq!(["calo", "1000", "7", "root", "who"].map(|who| ids.uid(who)), [1000, 1000, 7, 0, UNKNOWN]);
        assert_eq!(["sftp", "root", "1000"].map(|who| ids.gid(who)), [1002, 0, 1000]);
        assert_eq!(
            ["calo", "1000", "7", "0", "who"].map(|who| ids.user(who)),
            ["calo", "calo", "7", "root", "who"]
        );
        assert_eq!(["1002", "0"].map(|who| ids.group(who)), ["sftp", "root"]);
    }
}

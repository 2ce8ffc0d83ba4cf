//! The open files and directories of a client.

use sftp::Handle;

use super::errno::Errno;
use super::event::Name;
use super::file::OpenFile;

/// Open files and directories by number. The number freed last is reused first, as by sftp-server.
#[derive(Debug, Default)]
pub(super) struct Handles {
    slots: Vec<Slot>,
    unused: Option<usize>,
    open: usize,
    max: usize,
}

#[derive(Debug)]
enum Slot {
    /// A free number, with the one to be used after it.
    Unused(Option<usize>),
    Used(Box<Open>),
}

/// An open file or directory.
#[derive(Debug)]
pub(super) enum Open {
    File(OpenFile),
    Directory(OpenDirectory),
}

/// A directory that a client reads.
#[derive(Debug)]
pub(super) struct OpenDirectory {
    /// The name as the client wrote it.
    pub(super) name: Name,
    /// The plain path on the machine.
    pub(super) path: String,
    /// The name that was read last; `.` and `..` come before all others.
    pub(super) last: Option<String>,
}

impl Open {
    /// Returns its name, as the client wrote it.
    pub(super) fn name(&self) -> &Name {
        match self {
            Self::File(file) => &file.name,
            Self::Directory(directory) => &directory.name,
        }
    }
}

impl Handles {
    pub(super) fn new(max: usize) -> Self {
        Self { max, ..Self::default() }
    }

    /// Returns true if one more may be opened, which is checked before any lookup.
    pub(super) fn check_room(&self) -> Result<(), Errno> {
        if self.open < self.max { Ok(()) } else { Err(Errno::TooManyOpen) }
    }

    pub(super) fn insert(&mut self, open: Open) -> u32 {
        self.open += 1;
        let used = Slot::Used(Box::new(open));
        let index = match self.unused {
            Some(index) => {
                if let Slot::Unused(next) = std::mem::replace(&mut self.slots[index], used) {
                    self.unused = next;
                }
                index
            }
            None => {
                self.slots.push(used);
                self.slots.len() - 1
            }
        };
        u32::try_from(index).expect("handles are few")
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<Open> {
        let index = number as usize;
        let slot = self.slots.get_mut(index).filter(|slot| matches!(slot, Slot::Used(_)))?;
        let Slot::Used(open) = std::mem::replace(slot, Slot::Unused(self.unused)) else { return None };
        self.unused = Some(index);
        self.open -= 1;
        Some(*open)
    }

    /// Returns the number of a handle that is in use.
    pub(super) fn number(&self, handle: &Handle) -> Option<u32> {
        let number = handle.number()?;
        matches!(self.slots.get(number as usize), Some(Slot::Used(_))).then_some(number)
    }

    pub(super) fn find(&mut self, number: Option<u32>) -> Option<&mut Open> {
        match self.slots.get_mut(number? as usize) {
            Some(Slot::Used(open)) => Some(open),
            _ => None,
        }
    }

    pub(super) fn file(&mut self, number: Option<u32>) -> Option<&mut OpenFile> {
        match self.find(number) {
            Some(Open::File(file)) => Some(file),
            _ => None,
        }
    }

    pub(super) fn directory(&mut self, number: Option<u32>) -> Option<&mut OpenDirectory> {
        match self.find(number) {
            Some(Open::Directory(directory)) => Some(directory),
            _ => None,
        }
    }

    /// Returns all open files and directories, by number.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Open> {
        self.open = 0;
        self.unused = None;
        std::mem::take(&mut self.slots).into_iter().filter_map(|slot| match slot {
            Slot::Used(open) => Some(*open),
            Slot::Unused(_) => None,
        })
    }
}

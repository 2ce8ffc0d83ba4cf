//! An event of a server, of whatever software.

use std::any::Any;
use std::fmt::{self, Debug};
use std::sync::Arc;

use daemon::DaemonEvent;
use serde::{Serialize, Serializer};

/// An event of a server. Cheap to clone; serializes as the software's own event does.
#[derive(Clone)]
pub struct ServerEvent(Arc<dyn Erased>);

/// An event whose software only the file of that kind of server knows.
trait Erased: Any + Debug + Send + Sync + erased_serde::Serialize {
    fn variant(&self) -> &'static str;
    fn summary(&self) -> Option<String>;
    fn equals(&self, other: &dyn Any) -> bool;
}

impl<E: DaemonEvent> Erased for E {
    fn variant(&self) -> &'static str {
        DaemonEvent::variant(self)
    }

    fn summary(&self) -> Option<String> {
        DaemonEvent::summary(self)
    }

    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<E>() == Some(self)
    }
}

impl ServerEvent {
    pub(super) fn new(event: impl DaemonEvent) -> Self {
        Self(Arc::new(event))
    }

    /// Returns the event, if it is one of this software.
    pub(super) fn of<E: DaemonEvent>(&self) -> Option<&E> {
        (&*self.0 as &dyn Any).downcast_ref()
    }

    /// Returns the name of its variant: `Listening`.
    pub(crate) fn variant(&self) -> &'static str {
        self.0.variant()
    }

    /// Returns its line in a run's timeline, if it is shown there.
    pub(crate) fn summary(&self) -> Option<String> {
        self.0.summary()
    }
}

impl PartialEq for ServerEvent {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&*other.0)
    }
}

impl Eq for ServerEvent {}

impl Debug for ServerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(&self.0, f)
    }
}

impl Serialize for ServerEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        erased_serde::serialize(&*self.0, serializer)
    }
}

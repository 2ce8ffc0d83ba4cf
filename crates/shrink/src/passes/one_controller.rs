//! A list of one controller is one controller.

use scenario::{Tree, Value};

use crate::search::{Candidate, Search};

/// Writes `controller` in place of `controllers`, if there is one only; its access points need not name it.
pub(super) fn one_controller(search: &mut Search<'_>) {
    let tree = search.tree();
    let [one] = tree.get("controllers").map(Tree::items).unwrap_or_default() else { return };
    let (mut smaller, one) = (tree.clone(), one.clone());
    if let Value::Map(entries) = &mut smaller.value {
        for (key, value) in entries.iter_mut() {
            match (key.as_str(), &mut value.value) {
                ("controllers", _) => (*key, *value) = ("controller".to_owned(), one.clone()),
                ("access_points", Value::List(points)) => {
                    points.iter_mut().for_each(|point| _ = point.remove("controller"))
                }
                _ => {}
            }
        }
    }
    search.first([Candidate { tree: smaller, what: "one controller".to_owned() }]);
}

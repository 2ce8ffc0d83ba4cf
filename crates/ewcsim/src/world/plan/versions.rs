//! Images of different versions in one directory of a server.

use image::CONTROLLER_FILE;
use scenario::{Action, Diagnostic, FileChange, ImageSet};

use super::Plan;

/// Warns of a directory that is to hold the controller's image of one version and access point images of another. The controller would
/// require what the directory does not have.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    let Some((_, server)) = plan.source() else { return };
    for entry in &plan.scenario.timeline {
        let Action::Files {
            server: changed,
            paths,
            change: FileChange::Replace(name) | FileChange::Add(name),
        } = &entry.action
        else {
            continue;
        };
        let Some(put) = plan.scenario.images.get(name).filter(|_| *changed == server.name) else { continue };
        for mount in &server.files {
            let Some(there) = plan.scenario.images.get(&mount.images) else { continue };
            let is_put =
                |file: &str| paths.iter().any(|path| path.rsplit_once('/') == Some((&mount.path, file)));
            let of_access_points = |set: &ImageSet, put: bool| {
                set.files.iter().any(|file| file.ap_image && is_put(&file.name) == put)
            };
            let (controller, access_points) = if is_put(CONTROLLER_FILE) && of_access_points(there, false) {
                (put, there)
            } else if there.file(CONTROLLER_FILE).is_some()
                && !is_put(CONTROLLER_FILE)
                && of_access_points(put, true)
            {
                (there, put)
            } else {
                continue;
            };
            if controller.ap == access_points.ap {
                continue;
            }
            let problem = format!(
                "the controller image in `{}` is that of {}, and access point images are of {}",
                mount.path, controller.name, access_points.name
            );
            let warning = Diagnostic::warning(problem).at(entry.span, "from here on");
            let help = "a controller requires the version of its own release of all its access points";
            found.push(warning.help(help));
        }
    }
}

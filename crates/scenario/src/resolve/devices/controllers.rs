//! Controllers, and the access points on which they run.

use std::net::Ipv4Addr;

use catalogue::Model;
use text::MacAddress;

use super::{Images, own_name};
use crate::address::plus;
use crate::diagnostic::Diagnostic;
use crate::language::{self, Named, Written};
use crate::model::{AccessPoint, ApType, Controller, ImageSet};
use crate::resolve::Loader;

/// The address by which a controller reaches the access point on which it runs; that of a second controller's is one more (Cisco,
/// unicon's mock of an EWC: `wireless ewc-ap ap shell` is a login to it).
const INSIDE: Ipv4Addr = Ipv4Addr::new(192, 168, 129, 1);

impl Loader<'_> {
    /// Resolves a controller, the one with this index, and the access point on which it runs.
    pub(in crate::resolve) fn controller(
        &mut self,
        raw: language::Controller,
        index: usize,
        images: &Images,
    ) -> Option<(Controller, AccessPoint)> {
        let address = self.address(&raw.name, &raw.address, None);
        let model_span = raw.model.span();
        let model = raw.model.and_then(|model, span| self.model(model, span)).value;
        if let (Some((written, model)), Some(span)) = (&model, model_span)
            && !model.ewc
        {
            let problem =
                Diagnostic::error(format!("model {written} cannot be an embedded wireless controller"));
            let can: Vec<&str> =
                self.catalogue.models().filter(|model| model.ewc).map(|model| &*model.names[0]).collect();
            self.reader.report(problem.at(span, "").help(format!("models that can: {}", can.join(", "))));
        }
        let running =
            raw.running.and_then(|set, span| Some((self.set_name(&set, span, images)?, span))).value;
        if let (Some((written, model)), Some((set, span))) = (&model, &running)
            && images.get(set).is_some_and(|set| set.file(&model.image_type).is_none())
        {
            let message =
                format!("image set `{set}` has no `{}`, which model {written} runs", model.image_type);
            self.reader.report(Diagnostic::error(message).at(*span, ""));
        }
        let mac_span = raw.mac.span();
        let mac = raw.mac.and_then(|mac, span| self.mac(&mac, span));
        let config = raw.config.value.and_then(|node| self.config(&node));
        let set = running.as_ref().and_then(|(name, _)| images.get(name));
        let staged = self.staged(raw.images.value.unwrap_or_default(), set);
        let (written, model) = model?;
        let address = address?;
        let (name, span) = raw.name.placed()?;
        let mac = mac.optional()?.unwrap_or_else(|| MacAddress::from_address(address));
        self.macs.push((mac, name.clone(), mac_span));
        let states_own_address = raw.access_point.value.as_ref().is_some_and(|own| own.address.is_written());
        let controller = Controller {
            name,
            model: written,
            image_type: model.image_type.clone(),
            address,
            running: running?.0,
            mac,
            config,
            images: staged,
            states_own_address,
            span,
        };
        let own = self.own_access_point(&controller, raw.access_point, (index, &model), images)?;
        Some((controller, own))
    }

    /// Resolves the access point on which `controller`, the one with this index, runs.
    fn own_access_point(
        &mut self,
        controller: &Controller,
        raw: Written<language::OwnAccessPoint>,
        (index, model): (usize, &Model),
        images: &Images,
    ) -> Option<AccessPoint> {
        let (name, address, span, unit, flash) = match raw.optional()? {
            None => (Written { place: None, value: None }, None, controller.span, None, None),
            Some(raw) => {
                let unit = self.unit(&raw.unit, images)?;
                let place = raw.address.span();
                let address = raw.address.optional()?.zip(place);
                (raw.name, address, raw.span, Some(unit), raw.unit.flash.value)
            }
        };
        let name: String = name.optional()?.unwrap_or_else(|| own_name(&controller.name));
        let inside = || Some((plus(INSIDE.into(), index as u64)?, span));
        let (address, place) = address.or_else(inside)?;
        if !self.can_be_a_host(address, place) {
            return None;
        }
        self.addresses.push((address, name.clone(), place));
        let running = images.get(&controller.running)?.ap;
        let flash = self.member(flash.as_ref(), None, 0)?.flash;
        Some(AccessPoint {
            name,
            group: None,
            model: controller.model.clone(),
            image_type: model.image_type.clone(),
            platform: model.platform.clone(),
            address,
            mac: controller.mac,
            running,
            backup: unit.as_ref().and_then(|unit| unit.backup),
            hardware: unit.as_ref().and_then(|unit| unit.hardware.clone()),
            made: unit.as_ref().and_then(|unit| unit.made.clone()),
            uptime: unit.as_ref().and_then(|unit| unit.uptime),
            console: unit.and_then(|unit| unit.console).unwrap_or_else(|| self.catalogue.dialect(running)),
            controller: index,
            runs_controller: true,
            ap_type: ApType::EwcAp,
            states_ap_type: false,
            flash,
            span: controller.span,
        })
    }

    /// Returns the image types of the set that the controller runs.
    fn staged(&mut self, raw: Vec<Named>, set: Option<&ImageSet>) -> Vec<String> {
        let mut staged = Vec::new();
        for Named { text: name, span } in raw {
            if set.is_none_or(|set| set.file(&name).is_some_and(|file| file.ap_image)) {
                staged.push(name);
                continue;
            }
            let names: Vec<&str> =
                set.iter().flat_map(|set| &set.files).map(|file| file.name.as_str()).collect();
            let problem =
                Diagnostic::error(format!("the running image set has no AP image `{name}`")).at(span, "");
            self.reader.report_near(problem, &name, names);
        }
        staged
    }
}

//! Country codes of the controller and regulatory domains of access points that do not fit each other.
//!
//! The access point stays joined, and its image is not concerned; its radios stay down, which are not simulated.

use super::Machine;
use crate::{ControllerEvent, unverified};

/// The radio that the one known line is about.
const SLOT: u8 = 1;

impl Machine {
    /// Reports an access point whose regulatory domain none of the configured countries belongs to.
    pub(super) fn check_country(&self, index: usize) {
        let session = &self.sessions[index];
        let Some(domain) = domain(&session.model) else { return };
        let countries = &self.controller.config.countries;
        // A country that is not known here may fit.
        let fits = |country: &String| unverified::fits(country, domain) != Some(false);
        if let Some(country) = countries.first()
            && !countries.iter().any(fits)
        {
            self.sink.emit(ControllerEvent::CountryMismatch {
                ap: session.ap.clone(),
                country: country.clone(),
                domain: domain.to_owned(),
                slot: SLOT,
            });
        }
    }
}

/// Returns the regulatory domain that a model states: `B` for `C9105AXI-B`.
fn domain(model: &str) -> Option<&str> {
    catalogue::regulatory_domain(model)
        .filter(|domain| domain.len() == 1 && domain.starts_with(|letter: char| letter.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::domain;

    #[test]
    fn a_model_states_its_domain_or_not() {
        let models =
            ["C9105AXI-B", "AIR-AP3802I-E-K9", "AIR-AP2802I-EK9", "C9105AXI", "AIR-AP3802I", "CW9166I-ROW"];
        assert_eq!(models.map(domain), [Some("B"), Some("E"), Some("E"), None, None, None]);
    }
}

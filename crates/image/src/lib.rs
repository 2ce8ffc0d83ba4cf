//! AP image bundles: names, versions, tar layout, signature; synthetic content; directory listings.

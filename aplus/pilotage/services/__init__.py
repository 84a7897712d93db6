"""What administrateurs write: reference data, terms of use, banners, maintenance."""

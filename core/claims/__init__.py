"""The claims of the published study, each beside what is measured here: published, measured, controls, verdict."""

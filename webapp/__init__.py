"""The web application of Teken. Empty on purpose: importing `webapp.domain` must never load Flask."""

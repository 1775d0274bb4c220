"""The site: a widget on any page talks to these routes, and hears the answers as a stream of numbered events."""

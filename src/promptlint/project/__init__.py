"""From paths to a report: settings files, discovery, suppressions, baseline, cache and the runner."""

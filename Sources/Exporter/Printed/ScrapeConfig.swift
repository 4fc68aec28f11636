/// Part of the configuration of Prometheus that scrapes an exporter.
enum ScrapeConfig {
  /// Returns the part, in YAML.
  static func text(address: ListenAddress) -> String {
    """
    # slabscope serve --print scrape-config: add it to prometheus.yml.
    # On another host than Prometheus, put a proxy with TLS and authentication before the exporter, and name its address.
    scrape_configs:
      - job_name: slabscope
        scrape_interval: 15s
        scrape_timeout: 10s
        # A host has at most 2000 time series (--max-series). A scrape with more is refused as a whole.
        sample_limit: 2000
        static_configs:
          - targets: ["\(address)"]

    """
  }
}

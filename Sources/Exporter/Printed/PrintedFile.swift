/// File for the surroundings of an exporter, which the program prints so that it is never out of date.
package enum PrintedFile: String, Sendable, CaseIterable {
  /// Unit of systemd that runs the exporter as an unprivileged user.
  case systemdUnit = "systemd-unit"
  /// Part of the configuration of Prometheus that scrapes the exporter.
  case scrapeConfig = "scrape-config"
  /// Rules of Prometheus that compute sums over hosts.
  case recordingRules = "recording-rules"
  /// Alerts of Prometheus. They use the results of the recording rules.
  case alertRules = "alert-rules"
  /// Dashboard of Grafana.
  case grafanaDashboard = "grafana-dashboard"

  /// Returns the text of the file.
  /// - Parameters:
  ///   - program: Path of this program.
  ///   - address: Address at which the exporter listens.
  package func text(program: String, address: ListenAddress) -> String {
    switch self {
    case .systemdUnit: SystemdUnit.text(program: program, address: address)
    case .scrapeConfig: ScrapeConfig.text(address: address)
    case .recordingRules: RecordingRules.text
    case .alertRules: AlertRules.text
    case .grafanaDashboard: GrafanaDashboard.text
    }
  }
}

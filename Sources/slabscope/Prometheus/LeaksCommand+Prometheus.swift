import ArgumentParser
import Fleet
import Workloads

extension LeaksCommand {
  /// Checks that options of other inputs are not given with `--prometheus`.
  func validatePrometheus() throws {
    guard prometheus.prometheus != nil else {
      guard hosts == nil else { throw ValidationError("--hosts requires --prometheus") }
      return
    }
    guard names.isEmpty else { throw ValidationError("expected inputs or --prometheus, found both: '\(names[0])'") }
    guard hosts ?? 1 > 0 else { throw ValidationError("--hosts: expected a number of at least 1") }
    let given = [
      age == nil ? nil : "--age", span == nil ? nil : "--for (use --range)", watch.givenNames.first,
      traffic.changes.isEmpty ? nil : "--rate, --flows and other traffic options",
    ]
    if let name = given.compactMap({ $0 }).first { throw ValidationError("\(name): not possible with --prometheus") }
  }

  /// Searches the hosts of a Prometheus server.
  func searchFleet(_ url: String) throws {
    let (client, selector) = (try prometheus.client(of: url), try prometheus.selector())
    let report = try PrometheusOptions.reporting {
      try FleetLeakSearch(client, selector, range: prometheus.seconds).report()
    }
    let source = InputIdentity(prometheus: client.server, selector)
    switch format {
    case .text: try output.write("\(report.text(hostLimit: hosts ?? 10))\n\(source.text)\n")
    case .json: try output.write(try JSONText.text(of: JSONDocument(result: report, source: source)) + "\n")
    }
  }
}

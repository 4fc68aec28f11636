import Advisor
import ArgumentParser
import Fleet
import Workloads

extension AdviseCommand {
  /// Checks that options which need events are not given with `--prometheus`.
  func validatePrometheus() throws {
    guard prometheus.prometheus != nil else {
      guard hosts == nil else { throw ValidationError("--hosts requires --prometheus") }
      return
    }
    guard inputs.isEmpty else {
      throw ValidationError("expected inputs or --prometheus, found both: '\(inputs[0])'")
    }
    guard hosts ?? 0 >= 0 else { throw ValidationError("--hosts: expected a number of at least 0") }
    let given = [
      tunables ? "--tunables" : nil, holdout ? "--holdout" : nil, cold ? "--cold" : nil,
      events == nil ? nil : "--events",
      memory == nil ? nil : "--memory", verify == nil ? nil : "--verify", format == .html ? "--format html" : nil,
      traffic.changes.isEmpty ? nil : "--rate, --flows and other traffic options",
    ]
    if let name = given.compactMap({ $0 }).first {
      throw ValidationError("\(name): not possible with --prometheus, whose series have no events to replay")
    }
  }

  /// Advises on the hosts of a Prometheus server.
  func adviseOnFleet(_ url: String) throws {
    let (client, selector, options) = (try prometheus.client(of: url), try prometheus.selector(), try adviceOptions())
    let advice: FleetAdvice
    do {
      let demand = try PrometheusOptions.reporting {
        try FleetDemand(from: client, selector, range: prometheus.seconds, includesHosts: hosts != 0)
      }
      advice = try FleetAdvice(demand, options)
    } catch let error as AdviceError {
      if case .tooFewClasses = error { throw Failure.usage("\(error)") }
      throw Failure.failed("\(error)")
    }
    if let apply { try write(advice.policy, to: apply) }
    let source = InputIdentity(prometheus: client.server, selector)
    if format == .json {
      try output.write(JSONText.text(of: JSONDocument(result: advice, source: source)) + "\n")
    } else {
      try output.write("\(advice.text(range: prometheus.seconds, hostLimit: hosts ?? 10))\n\n\(source.text)\n")
    }
  }
}

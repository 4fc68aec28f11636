package import Recordings
package import Settings

/// Workload with its parameters, stored as a TOML file. `slabscope workloads NAME` prints the file and `--workload
/// FILE` reads it.
package struct WorkloadSettings: Sendable {
  /// Workload.
  package var workload: Workload
  /// Parameters of the workload.
  package var parameters: TrafficParameters

  private static let keys = ["workload", "rate", "flows", "sizes", "cpus", "mtu", "delay", "seed"]

  /// Creates settings with the default parameters of a workload.
  package init(_ workload: Workload) { (self.workload, parameters) = (workload, workload.defaults) }

  /// Parses the text of a file. Parameters that the file omits have their default values.
  /// - Throws: `SettingsError` with the line; for an unknown key it suggests the most similar known key.
  package init(toml: String, file: String) throws(SettingsError) {
    let table = try SettingsTable(toml: toml, file: file)
    try table.check(keys: WorkloadSettings.keys)
    guard let name = try table.string("workload") else { throw table.error("'workload' is missing", at: "workload") }
    do {
      self.init(try WorkloadCatalog.workload(name))
    } catch {
      throw table.error("\(error)", at: "workload")
    }
    var changes = TrafficParameterChanges()
    changes.rate = try table.number("rate", in: TrafficParameters.Bounds.rate)
    changes.flows = try table.integer("flows", in: TrafficParameters.Bounds.flows)
    changes.sizes = try table.string("sizes")
    changes.cpus = try table.integer("cpus", in: TrafficParameters.Bounds.cpus)
    changes.mtu = try table.integer("mtu", in: TrafficParameters.Bounds.mtu)
    changes.delay = try table.integer("delay", in: TrafficParameters.Bounds.delay)
    changes.seed = try table.integer("seed", in: 0...Int.max).map(UInt64.init)
    do {
      try parameters.set(changes, of: name)
    } catch {
      throw table.error(error.description, at: error.key)
    }
  }

  /// Applies new values to the parameters.
  /// - Throws: `TrafficParameterError` if the workload does not have one of the parameters, or a value is out of range.
  package mutating func set(_ changes: TrafficParameterChanges) throws(TrafficParameterError) {
    try parameters.set(changes, of: workload.name)
  }

  /// Creates the event source of the workload.
  package func make() -> any AllocationEventSource { workload.make(parameters) }

  /// Text of a TOML file with every parameter of the workload, each with a comment that explains it.
  package var toml: String {
    var lines = [
      "# \(workload.summary)", "workload = \"\(workload.name)\"", "", "# Number of \(workload.unit.rate) per second.",
      "rate = \(parameters.rate)", "# Number of concurrent \(workload.unit.flows).", "flows = \(parameters.flows)",
    ]
    if let sizes = parameters.sizes {
      lines += [
        "# Packet sizes in bytes, including the IP header, and their shares: 40:7,576:4, or ranges: 40-64:2.",
        "sizes = \"\(sizes)\"",
      ]
    }
    if let mtu = parameters.mtu { lines += ["# Maximum size of a packet on the wire in bytes.", "mtu = \(mtu)"] }
    if let delay = parameters.delay {
      lines += ["# Delay of readers, or time between the phases of the workload, in microseconds.", "delay = \(delay)"]
    }
    lines += [
      "# Number of CPUs over which the traffic is distributed.", "cpus = \(parameters.cpus)",
      "# Seed of the random numbers; the same seed gives the same events.", "seed = \(parameters.seed)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}

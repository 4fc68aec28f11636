public import Recordings
public import Settings

/// A workload with its parameters, as a TOML file: what `slabscope workloads NAME` prints and `--workload FILE` reads.
public struct WorkloadSettings: Sendable {
  /// Which workload.
  public var entry: WorkloadCatalog.Entry
  /// What is set.
  public var parameters: TrafficParameters

  private static let keys = ["workload", "rate", "flows", "sizes", "cpus", "mtu", "delay", "seed"]

  /// A workload as it comes.
  public init(_ entry: WorkloadCatalog.Entry) { (self.entry, parameters) = (entry, entry.defaults) }

  /// Reads a file. What it leaves out is as the workload comes.
  /// - Throws: `SettingsError`, which names the line and, for an unknown key, the nearest known one.
  public init(toml: String, file: String) throws(SettingsError) {
    let table = try SettingsTable(toml: toml, file: file)
    try table.check(keys: WorkloadSettings.keys)
    guard let name = try table.string("workload") else { throw table.error("'workload' is missing", at: "workload") }
    do {
      self.init(try WorkloadCatalog.entry(name))
    } catch {
      throw table.error("\(error)", at: "workload")
    }
    var changes = TrafficChanges()
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

  /// Sets what is to be set.
  /// - Throws: when the workload has no use for one of the values, or it is out of range.
  public mutating func set(_ changes: TrafficChanges) throws(TrafficParameterError) {
    try parameters.set(changes, of: entry.name)
  }

  /// The workload at its start.
  public func make() -> any AllocationEventSource { entry.make(parameters) }

  /// The workload as a file to start from: every parameter that it has, with what it means.
  public var toml: String {
    var lines = [
      "# \(entry.summary)", "workload = \"\(entry.name)\"", "", "# \(entry.unit.rate) a second.",
      "rate = \(parameters.rate)", "# \(entry.unit.flows).", "flows = \(parameters.flows)",
    ]
    if let sizes = parameters.sizes {
      lines += [
        "# Bytes of a packet, IP header included, and how many packets of a round have them: 40:7,576:4, or ranges: 40-64:2.",
        "sizes = \"\(sizes)\"",
      ]
    }
    if let mtu = parameters.mtu { lines += ["# The most bytes of a packet on the wire.", "mtu = \(mtu)"] }
    if let delay = parameters.delay {
      lines += ["# Microseconds that readers take, or that queues are left alone.", "delay = \(delay)"]
    }
    lines += [
      "# CPUs that the traffic is spread over.", "cpus = \(parameters.cpus)",
      "# The same seed gives the same events.", "seed = \(parameters.seed)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Parameters of a synthetic workload. A parameter that the workload does not have is nil.
public struct TrafficParameters: Sendable, Hashable {
  /// Number of packets, connections or other units per second; `WorkloadCatalog.Entry.unit` names the unit.
  public var rate: Double
  /// Number of concurrent sockets, connections or flows; `WorkloadCatalog.Entry.unit` names the unit.
  public var flows: Int
  /// Sizes of the packets in bytes, including the IP and UDP headers.
  public var sizes: PacketMix?
  /// Number of CPUs over which the traffic is distributed.
  public var cpus: Int
  /// Maximum size of a packet on the wire in bytes.
  public var mtu: Int?
  /// Delay of readers, or time between the phases of the workload, in microseconds.
  public var delay: Int?
  /// Seed of the random numbers. The same parameters with the same seed give the same events.
  public var seed: UInt64 = 1

  /// Valid ranges of the parameters.
  public enum Bounds {
    /// Range of `rate`, in units per second.
    public static let rate = 0.001...100_000_000.0
    /// Range of `flows`.
    public static let flows = 1...1_000_000
    /// Range of `cpus`.
    public static let cpus = 1...64
    /// Range of `mtu`, in bytes.
    public static let mtu = 68...65_535
    /// Range of `seed`: the non-negative integers of TOML.
    public static let seed = 0...UInt64(Int64.max)
    /// Range of `delay`, in microseconds.
    public static let delay = 0...100_000_000
  }
}

/// Error of setting a parameter: the workload does not have the parameter, or the value is out of range.
public struct TrafficParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the parameter.
  public var key: String
  /// Problem and expected value, in one line.
  public var description: String
}

/// New values for the parameters of a workload. A parameter whose new value is nil is not changed.
public struct TrafficChanges: Sendable, Hashable {
  /// New value of `TrafficParameters.rate`.
  public var rate: Double?
  /// New value of `TrafficParameters.flows`.
  public var flows: Int?
  /// New value of `TrafficParameters.sizes`, in the syntax of `PacketMix.init(_:)`.
  public var sizes: String?
  /// New value of `TrafficParameters.cpus`.
  public var cpus: Int?
  /// New value of `TrafficParameters.mtu`.
  public var mtu: Int?
  /// New value of `TrafficParameters.delay`.
  public var delay: Int?
  /// New value of `TrafficParameters.seed`.
  public var seed: UInt64?

  /// Creates changes without new values.
  public init() {}

  /// Whether there are no new values except possibly for the seed, a parameter of every workload.
  public var isEmpty: Bool {
    rate == nil && flows == nil && sizes == nil && cpus == nil && mtu == nil && delay == nil
  }
}

extension TrafficParameters {
  /// Applies new values.
  /// - Parameters:
  ///   - changes: New values.
  ///   - workload: Name of the workload, for error messages.
  /// - Throws: `TrafficParameterError` if the workload does not have one of the parameters, or a value is out of range.
  public mutating func set(_ changes: TrafficChanges, of workload: String) throws(TrafficParameterError) {
    rate = try checked(changes.rate, rate, Bounds.rate, "rate", workload)
    flows = try checked(changes.flows, flows, Bounds.flows, "flows", workload)
    cpus = try checked(changes.cpus, cpus, Bounds.cpus, "cpus", workload)
    mtu = try checked(changes.mtu, mtu, Bounds.mtu, "mtu", workload)
    delay = try checked(changes.delay, delay, Bounds.delay, "delay", workload)
    seed = try checked(changes.seed, seed, Bounds.seed, "seed", workload)
    guard let text = changes.sizes else { return }
    guard sizes != nil else { throw missingParameter("sizes", workload) }
    guard let mix = PacketMix(text) else {
      let largest = PacketMix.largest
      throw TrafficParameterError(
        key: "sizes",
        description:
          "sizes: '\(text)' is not a mix of sizes from 1 to \(largest): write 40:7,576:4,1500:1 or 40-64:2,512:1")
    }
    sizes = mix
  }

  private func checked<Value: Comparable>(
    _ new: Value?, _ old: Value, _ range: ClosedRange<Value>, _ key: String, _ workload: String
  ) throws(TrafficParameterError) -> Value {
    guard let new else { return old }
    guard range.contains(new) else {
      throw TrafficParameterError(
        key: key, description: "\(key): \(new) is out of range: use \(range.lowerBound) to \(range.upperBound)")
    }
    return new
  }

  private func checked<Value: Comparable>(
    _ new: Value?, _ old: Value?, _ range: ClosedRange<Value>, _ key: String, _ workload: String
  ) throws(TrafficParameterError) -> Value? {
    guard let new else { return old }
    guard let old else { throw missingParameter(key, workload) }
    return try checked(new, old, range, key, workload) as Value
  }

  private func missingParameter(_ key: String, _ workload: String) -> TrafficParameterError {
    TrafficParameterError(key: key, description: "\(key): workload \(workload) has no such parameter")
  }
}

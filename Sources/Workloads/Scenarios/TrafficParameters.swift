/// What of a synthetic workload can be set. What a workload has no use for is nil.
public struct TrafficParameters: Sendable, Hashable {
  /// How often a second what the workload counts happens (see `WorkloadCatalog.Entry.unit`).
  public var rate: Double
  /// Sockets, connections or flows at a time.
  public var flows: Int
  /// Sizes of the packets, IP and UDP headers included.
  public var sizes: PacketMix?
  /// CPUs: traffic is spread over them.
  public var cpus: Int
  /// The most bytes of a packet on the wire.
  public var mtu: Int?
  /// Microseconds that readers take, or that queues are left alone.
  public var delay: Int?
  /// The same seed gives the same events.
  public var seed: UInt64 = 1

  /// What each may be.
  public enum Bounds {
    /// Events a second of what the workload counts.
    public static let rate = 0.001...100_000_000.0
    /// Sockets, connections or flows.
    public static let flows = 1...1_000_000
    /// CPUs.
    public static let cpus = 1...64
    /// Bytes of a packet on the wire.
    public static let mtu = 68...65_535
    /// What a TOML file can hold.
    public static let seed = 0...UInt64(Int64.max)
    /// Microseconds.
    public static let delay = 0...100_000_000
  }
}

/// A parameter that a workload has no use for, or a value out of range.
public struct TrafficParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The parameter's name.
  public var key: String
  /// What is wrong with it, in words.
  public var description: String
}

/// Values to set in a workload's parameters; what is nil stays as it is.
public struct TrafficChanges: Sendable, Hashable {
  /// See `TrafficParameters`.
  public var rate: Double?
  /// See `TrafficParameters`.
  public var flows: Int?
  /// As `PacketMix` reads it.
  public var sizes: String?
  /// See `TrafficParameters`.
  public var cpus: Int?
  /// See `TrafficParameters`.
  public var mtu: Int?
  /// See `TrafficParameters`.
  public var delay: Int?
  /// See `TrafficParameters`.
  public var seed: UInt64?

  /// Nothing to set.
  public init() {}

  /// Whether nothing but a seed, which every workload takes, is set.
  public var isEmpty: Bool {
    rate == nil && flows == nil && sizes == nil && cpus == nil && mtu == nil && delay == nil
  }
}

extension TrafficParameters {
  /// Sets what is to be set.
  /// - Throws: when `workload` has no use for one of the values, or it is out of range.
  public mutating func set(_ changes: TrafficChanges, of workload: String) throws(TrafficParameterError) {
    rate = try checked(changes.rate, rate, Bounds.rate, "rate", workload)
    flows = try checked(changes.flows, flows, Bounds.flows, "flows", workload)
    cpus = try checked(changes.cpus, cpus, Bounds.cpus, "cpus", workload)
    mtu = try checked(changes.mtu, mtu, Bounds.mtu, "mtu", workload)
    delay = try checked(changes.delay, delay, Bounds.delay, "delay", workload)
    seed = try checked(changes.seed, seed, Bounds.seed, "seed", workload)
    guard let text = changes.sizes else { return }
    guard sizes != nil else { throw unused("sizes", workload) }
    guard let mix = PacketMix(text) else {
      let largest = PacketMix.largest
      throw TrafficParameterError(
        key: "sizes",
        description: "sizes: '\(text)' is no mix of sizes from 1 to \(largest): 40:7,576:4,1500:1 or 40-64:2,512:1")
    }
    sizes = mix
  }

  private func checked<Value: Comparable>(
    _ new: Value?, _ old: Value, _ range: ClosedRange<Value>, _ key: String, _ workload: String
  ) throws(TrafficParameterError) -> Value {
    guard let new else { return old }
    guard range.contains(new) else {
      throw TrafficParameterError(
        key: key, description: "\(key): \(new) is out of range: from \(range.lowerBound) to \(range.upperBound)")
    }
    return new
  }

  private func checked<Value: Comparable>(
    _ new: Value?, _ old: Value?, _ range: ClosedRange<Value>, _ key: String, _ workload: String
  ) throws(TrafficParameterError) -> Value? {
    guard let new else { return old }
    guard let old else { throw unused(key, workload) }
    return try checked(new, old, range, key, workload) as Value
  }

  private func unused(_ key: String, _ workload: String) -> TrafficParameterError {
    TrafficParameterError(key: key, description: "\(key): workload \(workload) has no such parameter")
  }
}

/// Parameters of a synthetic workload. A parameter that the workload does not have is nil.
public struct TrafficParameters: Sendable, Hashable {
  /// Number of packets, connections or other units per second; `Workload.unit` names the unit.
  public var rate: Double
  /// Number of concurrent sockets, connections or flows; `Workload.unit` names the unit.
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

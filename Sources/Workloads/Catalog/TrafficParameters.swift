/// Parameters of a synthetic workload. A parameter that the workload does not have is nil.
package struct TrafficParameters: Sendable, Hashable {
  /// Number of packets, connections or other units per second; `Workload.unit` names the unit.
  package var rate: Double
  /// Number of concurrent sockets, connections or flows; `Workload.unit` names the unit.
  package var flows: Int
  /// Sizes of the packets in bytes, including the IP and UDP headers.
  package var sizes: PacketMix?
  /// Number of CPUs over which the traffic is distributed.
  package var cpus: Int
  /// Maximum size of a packet on the wire in bytes.
  package var mtu: Int?
  /// Delay of readers, or time between the phases of the workload, in microseconds.
  package var delay: Int?
  /// Seed of the random numbers. The same parameters with the same seed give the same events.
  package var seed: UInt64 = 1

  /// Valid ranges of the parameters.
  package enum Bounds {
    /// Range of `rate`, in units per second.
    package static let rate = 0.001...100_000_000.0
    /// Range of `flows`.
    package static let flows = 1...1_000_000
    /// Range of `cpus`.
    package static let cpus = 1...64
    /// Range of `mtu`, in bytes.
    package static let mtu = 68...65_535
    /// Range of `seed`: the non-negative integers of TOML.
    package static let seed = 0...UInt64(Int64.max)
    /// Range of `delay`, in microseconds.
    package static let delay = 0...100_000_000
  }
}

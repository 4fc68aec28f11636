import Recordings

/// One replay of a sweep, named by everything that its result depends on.
package struct SweepCell: Sendable, Hashable, Codable {
  /// Input, as the plan names it.
  package var input: String
  /// Hash of the bytes of a recording, or of the parameters of a workload without their seed.
  package var inputHash: String
  /// Name of the policy.
  package var policy: String
  /// Hash of the policy with all its settings.
  package var policyHash: String
  /// Machine memory in bytes.
  package var memoryBytes: Int
  /// Percentage of the memory that the memory hog allocates first.
  package var pressure: Int
  /// Seed of a workload, and of the random choices of the replay.
  package var seed: UInt64
  /// Number of events to play; nil for all events of a recording, or if `seconds` is the limit.
  package var eventLimit: Int?
  /// Seconds to play on the clock of the source; nil for no such limit.
  package var secondLimit: Double?
  /// Whether the replay of a recording starts with empty caches.
  package var startsEmpty: Bool
  /// Version of slabscope.
  package var version: String

  enum CodingKeys: String, CodingKey {
    case input, policy, pressure, seed
    case inputHash = "input_hash"
    case policyHash = "policy_hash"
    case memoryBytes = "memory_bytes"
    case eventLimit = "event_limit"
    case secondLimit = "second_limit"
    case startsEmpty = "cold"
    case version = "slabscope_version"
  }

  /// Name of the cell, 16 hexadecimal digits: the hash of all properties except the name of the input, so that a file may be
  /// moved or renamed.
  package var key: String {
    let parts = [
      inputHash, policyHash, "\(memoryBytes)", "\(pressure)", "\(seed)", eventLimit.map(String.init) ?? "-",
      secondLimit.map { "\($0)" } ?? "-", "\(startsEmpty)", version,
    ]
    let hash = ContentHash(parts.joined(separator: "\n").utf8).description
    return String(hash.suffix(16))
  }

  /// Returns whether another cell has equal properties except the name of the input.
  package func isSameReplay(as other: SweepCell) -> Bool {
    var renamed = other
    renamed.input = input
    return self == renamed
  }
}

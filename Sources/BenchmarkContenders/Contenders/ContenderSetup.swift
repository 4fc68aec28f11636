import SlabEngine

/// Description of the allocator that a contender creates.
struct ContenderSetup {
  let kind: ContenderKind
  /// Number of CPUs of the operations, which are on CPUs 0..<`cpus`.
  var cpus: Int
  /// Object size of each named cache.
  var sizes: [Int]
  /// Returns the engine's configuration under the policy `hemment` for a number of CPUs.
  let hemment: (Int) -> EngineConfiguration
}

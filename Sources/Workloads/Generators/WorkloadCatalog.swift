public import Recordings

/// The synthetic workloads, by name.
public enum WorkloadCatalog {
  private static let makers: [(name: String, summary: String, make: @Sendable (UInt64) -> any AllocationEventSource)] =
    [
      (ImixScenario.name, ImixScenario.summary, { SkbWorkload<ImixScenario>(seed: $0) }),
      (BurstScenario.name, BurstScenario.summary, { SkbWorkload<BurstScenario>(seed: $0) }),
    ]

  /// Names and one-line descriptions, in the order of their hotkeys.
  public static var entries: [(name: String, summary: String)] { makers.map { ($0.name, $0.summary) } }

  /// A workload at its start. The same seed gives the same events.
  /// - Throws: `UnknownName`, which lists those there are.
  public static func make(_ name: String, seed: UInt64) throws(UnknownName) -> any AllocationEventSource {
    guard let maker = makers.first(where: { $0.name == name }) else {
      throw UnknownName(kind: "workload", name: name, known: makers.map(\.name))
    }
    return maker.make(seed)
  }
}

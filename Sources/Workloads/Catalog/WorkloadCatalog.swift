package import Recordings

/// Catalogue of the synthetic workloads.
package enum WorkloadCatalog {
  /// All workloads, in the order of their keys in the dashboard: 1 to 9, and 0. The first one is the default.
  package static let workloads = [
    Workload(EdgeScenario.self), Workload(ImixScenario.self), Workload(WebScenario.self), Workload(BulkScenario.self),
    Workload(DNSScenario.self),
    Workload(JumboScenario.self), Workload(BurstScenario.self), Workload(ChurnScenario.self),
    Workload(RouterScenario.self),
    Workload(SynFloodScenario.self), Workload(MixScenario.self),
  ]

  /// Names of all workloads.
  package static var names: [String] { workloads.map(\.name) }

  /// Returns the workload with a name.
  /// - Throws: `UnknownName`, which lists the known names.
  package static func workload(_ name: String) throws(UnknownName) -> Workload {
    guard let workload = workloads.first(where: { $0.name == name }) else {
      throw UnknownName(kind: "workload", name: name, known: names)
    }
    return workload
  }

  /// Creates the event source of a workload with its default parameters and the given seed.
  /// - Throws: `UnknownName`, which lists the known names.
  package static func make(_ name: String, seed: UInt64) throws(UnknownName) -> any AllocationEventSource {
    let workload = try workload(name)
    var parameters = workload.defaults
    parameters.seed = seed
    return workload.make(parameters)
  }
}

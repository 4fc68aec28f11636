import FoundationEssentials
import Recordings
import Workloads

@testable import Sweeps

/// A small sweep of a workload, and a folder for its results that is removed afterwards.
enum TestSweep {
  /// Returns a sweep of `inputs` x two policies x two seeds of a workload. An input is hashed by its name.
  static func make(
    inputs: [String] = ["burst", "imix"], version: String = "1", _ change: (inout SweepPlan) -> Void = { _ in }
  ) throws -> Sweep {
    var plan = SweepPlan(name: "test", file: "test.toml", inputs: inputs, policies: ["hemment", "linux"])
    (plan.memoryBytes, plan.seeds, plan.limit) = ([16 << 20], [1, 2], .events(300))
    change(&plan)
    let policies = try plan.policies.map { try Policy.named($0) }
    return try Sweep(plan, policies: policies, version: version) { index in
      let workload = try WorkloadCatalog.workload(inputs[index])
      return SweepInput(contentHash: ContentHash(inputs[index].utf8), eventCount: nil, start: nil) { seed in
        var parameters = workload.defaults
        parameters.seed = seed
        return workload.make(parameters)
      }
    }
  }

  /// Calls a function with an empty folder for results.
  static func withFolder(_ body: (ResultsFolder) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/sweep-\(UInt64.random(in: 0 ... .max))"
    let folder = ResultsFolder(path)
    try folder.create()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(folder)
  }

  /// Returns the result of a cell with some figures.
  static func result(of cell: SweepCell, peak: Int, failed: Int = 0, nanoseconds: Double = 100) -> CellResult {
    var figures = CellFigures()
    (figures.peakSlabBytes, figures.failedAllocations) = (peak, failed)
    return CellResult(
      cell: cell, figures: figures, times: CellTimes(seconds: 1, nanosecondsPerEvent: nanoseconds, beganAt: 0))
  }
}

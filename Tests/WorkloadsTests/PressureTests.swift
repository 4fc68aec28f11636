import SlabEngine
import Testing

@testable import Workloads

@Suite struct PressureTests {
  @Test(arguments: PressureWorkload.names) func runsAreRepeatable(name: String) throws {
    let workload = try PressureWorkload(name, reference: .linux, flows: name == "burst" ? 8 : 200)
    let bound = try workload.failuresWithoutWaste(memoryBytes: 4 << 20, loadPercent: 130, hogPercent: 25)
    for policy in [Policy.linux, .hemment] {
      let runs = try (0..<2).map { _ in
        try PressureRun(workload, policy: policy, memoryBytes: 4 << 20, loadPercent: 130, hogPercent: 25)
      }
      #expect(runs[0] == runs[1] && runs[0].violations == [])
      #expect(runs[0].failedAllocations > max(0, bound) && runs[0].peakSlabBytes <= 3 << 20)
    }
  }

  @Test func unknownWorkloadsAreErrors() {
    #expect(throws: UnknownName.self) { _ = try PressureWorkload("imix", reference: .linux) }
  }
}

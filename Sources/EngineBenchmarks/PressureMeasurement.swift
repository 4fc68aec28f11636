import BenchmarkContenders
import Foundation
import SlabEngine
import TextOutput
import Workloads

/// Failed allocations and slab memory of `linux` and `hemment` under fragmenting memory pressure, on machines of 4 MiB to
/// 1 GiB. Both get the same events, the same page allocator and the same memory hog. Results are counts and repeatable.
struct PressureMeasurement {
  private let runs: [(workload: String, linux: PressureRun, hemment: PressureRun, withoutWaste: Int)]
  private let hogPercent: Int

  /// Sizes of machine memory in bytes.
  static let memory = [4, 8, 16, 64, 256, 1024].map { $0 << 20 }
  /// Slab memory that `linux` would need at its peak, in percent of the memory that the hog leaves.
  static let loads = [90, 100, 110, 125, 150]

  init(hogPercent: Int, memory: [Int] = PressureMeasurement.memory, loads: [Int] = PressureMeasurement.loads) throws {
    self.hogPercent = hogPercent
    var runs: [(String, PressureRun, PressureRun, Int)] = []
    for name in PressureWorkload.names {
      let workload = try PressureWorkload(name, reference: .linux)
      for bytes in memory {
        for load in loads {
          Progress.show("\(name), \(bytes >> 20) MiB, load \(load) %")
          let both = try [Policy.linux, .hemment].map { policy in
            try PressureRun(
              workload, policy: policy, memoryBytes: bytes, loadPercent: load, hogPercent: hogPercent)
          }
          if let violation = both.flatMap(\.violations).first {
            throw BenchmarkError("\(name), \(bytes >> 20) MiB, load \(load) %: \(violation)")
          }
          let bound = try workload.failuresWithoutWaste(
            memoryBytes: bytes, loadPercent: load, hogPercent: hogPercent)
          runs.append((name, both[0], both[1], bound))
        }
      }
    }
    self.runs = runs
  }

  var text: String {
    var table = TextTable([
      "workload", "memory", "load", "allocations", "linux fails", "hemment fails", "ratio", "no waste fails",
      "linux KiB", "hemment KiB", "linux refused", "hemment refused",
    ])
    for (name, linux, hemment, withoutWaste) in runs {
      let ratio = Double(hemment.failedAllocations) / Double(linux.failedAllocations)
      table.add([
        name, "\(linux.memoryBytes >> 20) MiB", "\(linux.loadPercent) %", "\(linux.allocations)",
        "\(linux.failedAllocations)", "\(hemment.failedAllocations)",
        linux.failedAllocations == 0 ? "-" : String(format: "%.3f", ratio), "\(withoutWaste)",
        "\(linux.meanSlabBytes >> 10)", "\(hemment.meanSlabBytes >> 10)", "\(linux.refusals)", "\(hemment.refusals)",
      ])
    }
    return """
      Failed allocations, mean slab memory and refused page requests; the memory hog has \(hogPercent) % of memory in single pages.
      Load: peak slab memory of linux with ample memory, in percent of the memory that the hog leaves.
      No waste: failures of an allocator that uses exactly the requested bytes of live objects.

      \(table.text)
      """
  }
}

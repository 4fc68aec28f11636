import Recordings
import Workloads

/// Speed of each workload generator on one core.
struct GenerationMeasurement {
  private let rates: [(name: String, millions: Double)]
  private static let events = 20_000_000

  init() throws {
    rates = try WorkloadCatalog.workloads.map { entry in
      Progress.show("generating \(entry.name)")
      var source = entry.make(entry.defaults)
      var batch: [AllocationEvent] = []
      var times: [Double] = []
      for _ in 0..<5 {
        let start = ContinuousClock.now
        var count = 0
        while count < GenerationMeasurement.events / 5 {
          try source.nextBatch(into: &batch)
          count += batch.count
        }
        times.append(Double(start.duration(to: .now) / .nanoseconds(1)) / Double(count))
      }
      return (entry.name, 1000 / times.sorted()[2])
    }
  }

  var text: String {
    rates.map { rate in
      rate.name.padding(to: 12) + "\(Int(rate.millions.rounded())) million events a second"
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

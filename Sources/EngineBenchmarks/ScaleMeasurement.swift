import BenchmarkContenders
import Foundation
import SlabEngine

/// Cost of an allocation and of a snapshot with 10,000 caches and 10 million live objects, compared with 10 caches.
struct ScaleMeasurement {
  private let few: Double
  private let many: Double
  private let sampleMilliseconds: Double
  private static let live = 10_000_000
  private static let operations = 10_000_000

  init() throws {
    few = try ScaleMeasurement.measure(caches: 10, live: 10_000).nanoseconds
    let large = try ScaleMeasurement.measure(caches: 10_000, live: ScaleMeasurement.live)
    (many, sampleMilliseconds) = (large.nanoseconds, large.sampleMilliseconds)
  }

  /// Measures pairs of allocate and free on ten of the caches while the other caches and all objects exist.
  private static func measure(
    caches count: Int, live: Int
  ) throws -> (nanoseconds: Double, sampleMilliseconds: Double) {
    let engine = try SlabEngine(EngineConfiguration(memoryBytes: 8 << 30, cpus: 2))
    let caches = try (0..<count).map { try engine.makeCache("cache-\($0)", objectSize: 64 + $0 % 32 * 8) }
    let cpu = engine.cpu(0)
    for object in 0..<live where cpu.allocate(from: caches[object % count]) == nil {
      throw BenchmarkError("out of memory after \(object) objects")
    }
    let clock = ContinuousClock()
    // Ten caches at equal distances, 16 objects of each at a time.
    let hot = (0..<10).map { caches[$0 * (count / 10)] }
    var objects = [UnsafeMutableRawPointer?](repeating: nil, count: 160)
    var times: [Double] = []
    for _ in 0..<5 {
      let start = clock.now
      for _ in 0..<operations / 320 {
        for index in objects.indices { objects[index] = cpu.allocate(from: hot[index % 10]) }
        for index in objects.indices { if let object = objects[index] { cpu.free(object, to: hot[index % 10]) } }
      }
      times.append(Double(start.duration(to: clock.now) / .nanoseconds(1)) / Double(operations))
    }
    let samples = (0..<5).map { _ in
      let start = clock.now
      precondition(engine.sample().caches.count > count, "every cache is sampled")
      return Double(start.duration(to: clock.now) / .microseconds(1)) / 1000
    }
    return (times.sorted()[2], samples.sorted()[2])
  }

  var text: String {
    String(
      format: """
        10 caches, 10,000 live objects              %.2f ns an operation
        10,000 caches, 10 million live objects      %.2f ns an operation, %.2f times as much
        a snapshot of the latter                    %.1f ms
        """, few, many, many / few, sampleMilliseconds)
  }
}

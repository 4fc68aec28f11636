import Advisor
import BenchmarkContenders
import Foundation
import Glibc
import Recordings
import SlabEngine
import Synchronization
import Workloads

/// Lock contention of pools: in bursts that exceed the magazines, from caches of equal size that share slabs, do not share them,
/// or opted out, and in recordings.
struct ContentionMeasurement {
  private struct Burst {
    let name: String
    let nanoseconds: Double
    let acquisitions: Int
    let contentions: Int
    let waitCycles: Int
  }

  private let bursts: [Burst]
  private let threads: Int
  private let comparisons: [(name: String, text: String)]

  /// Measures bursts, and replays on threads.
  /// - Parameter recordings: paths of the recordings to replay.
  init(_ recordings: [String]) throws {
    threads = max(2, ProcessInfo.processInfo.activeProcessorCount)
    let count = threads
    bursts = try [
      ("one pool for all caches", 0.125, []), ("half of the caches opted out", 0.125, ["cache-0"]),
      ("a pool for each cache", nil, []),
    ].map { name, bound, apart in
      try ContentionMeasurement.burst(name, sharingBound: bound, apart: apart, threads: count)
    }
    comparisons = try recordings.map { path in
      let recording: Recording
      do {
        recording = try Recording(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), name: path)
      } catch {
        throw BenchmarkError("\(path): \(error)")
      }
      let comparison = try ContentionComparison(
        of: recording, events: .max, policies: [.hemment], memoryBytes: 256 << 20)
      return ((path as NSString).lastPathComponent, comparison.text)
    }
  }

  private static let (rounds, bursting, passes) = (5, 2000, 200)

  /// Measures bursts: each thread repeatedly allocates 2,000 objects of its own cache and frees them. That exceeds magazines and
  /// depots, so that every batch comes from the slabs. The sizes are equal, because a cache leaves a shared pool as soon as the
  /// larger stride wastes more than a slab.
  private static func burst(_ name: String, sharingBound: Double?, apart: [String], threads: Int) throws -> Burst {
    var configuration = EngineConfiguration(memoryBytes: 256 << 20, cpus: threads, sharingBound: sharingBound)
    configuration.performanceCaches = Set(apart)
    let engine = try SlabEngine(configuration)
    let caches = try (0..<threads).map { try engine.makeCache("cache-\($0)", objectSize: 256) }
    var times: [Double] = []
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      let burst = BurstThreads(engine, caches)
      burst.run(objects: bursting, passes: passes)
      times.append(Double(start.duration(to: .now) / .nanoseconds(1)) / Double(threads * bursting * passes * 2))
    }
    let pools = engine.sample().caches
    return Burst(
      name: name, nanoseconds: times.sorted()[rounds / 2],
      acquisitions: pools.reduce(0) { $0 + ($1.lockAcquisitions ?? 0) },
      contentions: pools.reduce(0) { $0 + ($1.lockContentions ?? 0) },
      waitCycles: pools.reduce(0) { $0 + ($1.lockWaitCycles ?? 0) })
  }

  var text: String {
    var lines = [
      "\(threads) threads, bursts of \(ContentionMeasurement.bursting) objects each, a cache of 256 bytes each"
    ]
    for burst in bursts {
      let share = Double(burst.contentions) * 100 / Double(max(1, burst.acquisitions))
      let name = burst.name + String(repeating: " ", count: max(0, 30 - burst.name.count))
      lines.append(
        name
          + String(
            format: "%7.2f ns an operation, contended/acquired %d/%d (%.2f %%), %.0f cycles a wait", burst.nanoseconds,
            burst.contentions, burst.acquisitions, share, Double(burst.waitCycles) / Double(max(1, burst.contentions))))
    }
    for comparison in comparisons { lines += ["", comparison.name + ": " + comparison.text] }
    return lines.joined(separator: "\n")
  }
}

/// Threads that allocate and free in bursts, each from its own cache on its own CPU.
private final class BurstThreads: Sendable {
  private let engine: SlabEngine
  private let caches: [SlabCache]
  private let ready = Atomic<Int>(0)

  init(_ engine: SlabEngine, _ caches: [SlabCache]) { (self.engine, self.caches) = (engine, caches) }

  func run(objects: Int, passes: Int) {
    let group = DispatchGroup()
    for index in caches.indices {
      group.enter()
      let thread = Thread { [self] in
        ready.add(1, ordering: .relaxed)
        while ready.load(ordering: .relaxed) < caches.count { sched_yield() }
        burst(engine.cpu(index), caches[index], objects: objects, passes: passes)
        group.leave()
      }
      thread.start()
    }
    group.wait()
  }

  private func burst(_ cpu: EngineCPU, _ cache: SlabCache, objects: Int, passes: Int) {
    withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: objects) { allocated in
      for _ in 0..<passes {
        for index in 0..<objects {
          #if Capture
            allocated[index] = cpu.allocate(from: cache, site: .unknown)
          #else
            allocated[index] = cpu.allocate(from: cache)
          #endif
        }
        for index in 0..<objects {
          guard let object = allocated[index] else { continue }
          #if Capture
            cpu.free(object, to: cache, site: .unknown)
          #else
            cpu.free(object, to: cache)
          #endif
        }
        // The objects return to the slabs, so that the next burst allocates from there.
        cpu.drain(cache)
        engine.shrink(cache)
      }
    }
  }
}

import Synchronization
import Testing

@testable import SlabEngine

/// Additions and retirements of sizes while threads allocate and free. Meant to run under ThreadSanitizer.
@Suite struct GeneralCachesRaceTests {
  @Test func allocationsFitWhileSizesAreAddedAndRetiredConcurrently() throws {
    let engine = try makeEngine(megabytes: 16, cpus: 3)
    let race = SizeRace(engine: engine)
    let workers = (0..<3).map { cpu in JoinableThread { race.allocate(on: cpu, steps: 20_000) } }
    let changers = (0..<2).map { index in JoinableThread { race.change(seed: UInt64(index)) } }
    for worker in workers { worker.join() }
    race.stop.store(true, ordering: .releasing)
    for changer in changers { changer.join() }
    #expect(race.wrong.load(ordering: .relaxed) == 0 && race.changes.load(ordering: .relaxed) > 0)
    #expect(engine.validate() == [])
    #expect(engine.sample().caches.allSatisfy { $0.liveObjects == 0 })
  }
}

private final class SizeRace: Sendable {
  let engine: SlabEngine
  let stop = Atomic<Bool>(false)
  let wrong = Atomic<Int>(0)
  let changes = Atomic<Int>(0)
  private let sizes = [24, 40, 48, 96, 192, 640, 1504, 1536, 1920, 3072]

  init(engine: SlabEngine) { self.engine = engine }

  /// Writes to the last requested byte of each object, which no other object may contain.
  func allocate(on index: Int, steps: Int) {
    let cpu = engine.cpu(index)
    var random = SplitMix64(state: UInt64(index))
    var live: [(object: UnsafeMutableRawPointer, bytes: Int)] = []
    for _ in 0..<steps {
      let bytes = Int.random(in: 1...4096, using: &random)
      if live.count < 100, let object = cpu.allocate(bytes: bytes) {
        object.storeBytes(of: UInt8(index), toByteOffset: bytes - 1, as: UInt8.self)
        live.append((object, bytes))
      } else if let (object, bytes) = live.popLast() {
        if object.load(fromByteOffset: bytes - 1, as: UInt8.self) != UInt8(index) { wrong.add(1, ordering: .relaxed) }
        cpu.free(object)
      }
    }
    for (object, _) in live { cpu.free(object) }
  }

  func change(seed: UInt64) {
    var random = SplitMix64(state: seed)
    repeat {
      let size = sizes.randomElement(using: &random)!
      // The call fails if another thread was first, which is part of the test.
      let changed =
        if Bool.random(using: &random) {
          (try? engine.addGeneralCache(size: size)) != nil
        } else {
          (try? engine.retireGeneralCache(size: size)) != nil
        }
      if changed { changes.add(1, ordering: .relaxed) }
    } while !stop.load(ordering: .acquiring)
  }
}

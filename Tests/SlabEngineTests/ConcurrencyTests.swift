import Glibc
import Synchronization
import Testing

@testable import SlabEngine

/// Threads that allocate, free and exchange objects while another thread takes samples.
@Suite struct ConcurrencyTests {
  @Test func samplesTakenConcurrentlyAddUpToMachineMemory() throws {
    let engine = try makeEngine(megabytes: 16, cpus: 4)
    let race = Race(engine: engine, cache: try engine.makeCache("shared", objectSize: 640))
    let workers = (0..<4).map { cpu in JoinableThread { race.work(cpu: cpu, steps: 20_000) } }
    var samples = 0
    repeat {
      let sample = engine.sample(mapping: race.cache)
      #expect(sample.accountedBytes == sample.memoryBytes)
      samples += 1
    } while race.finished.load(ordering: .acquiring) < 4
    for worker in workers { worker.join() }
    race.freeRemainingObjects()
    #expect(samples > 0)
    #expect(engine.validate() == [])
    #expect(race.corrupted.load(ordering: .relaxed) == 0)
    #expect(engine.sample().caches.allSatisfy { $0.liveObjects == 0 })
  }
}

/// Four CPUs that exchange objects through a shared table: any of them may free an object of the table.
private final class Race: Sendable {
  let engine: SlabEngine
  let cache: SlabCache
  let finished = Atomic<Int>(0)
  let corrupted = Atomic<Int>(0)
  // A POSIX mutex, which ThreadSanitizer understands.
  private let mailbox = Guarded<[UInt]>([])

  init(engine: SlabEngine, cache: SlabCache) {
    self.engine = engine
    self.cache = cache
  }

  deinit { mailbox.destroy() }

  func work(cpu index: Int, steps: Int) {
    let cpu = engine.cpu(index)
    var random = SplitMix64(state: UInt64(index))
    for _ in 0..<steps {
      let bytes = Int.random(in: 16...2000, using: &random)
      if let object = Bool.random(using: &random) ? cpu.allocate(from: cache) : cpu.allocate(bytes: bytes) {
        // The first word of an object is its address, which the thread that frees the object checks.
        object.storeBytes(of: UInt(bitPattern: object), as: UInt.self)
        mailbox.withLock { $0.append(UInt(bitPattern: object)) }
      }
      if Int.random(in: 0..<8, using: &random) != 0 { freeOne(on: cpu, using: &random) }
      if Int.random(in: 0..<500, using: &random) == 0 {
        cpu.drain(cache)
        engine.shrink(cache)
      }
    }
    finished.add(1, ordering: .releasing)
  }

  func freeRemainingObjects() {
    var random = SplitMix64(state: 9)
    while mailbox.withLock({ !$0.isEmpty }) { freeOne(on: engine.cpu(0), using: &random) }
  }

  private func freeOne(on cpu: EngineCPU, using random: inout SplitMix64) {
    let choice = random.next()
    let address = mailbox.withLock { box -> UInt? in
      guard !box.isEmpty else { return nil }
      box.swapAt(Int(choice % UInt64(box.count)), box.count - 1)
      return box.removeLast()
    }
    guard let address, let object = UnsafeMutableRawPointer(bitPattern: address) else { return }
    if object.load(as: UInt.self) != address { corrupted.add(1, ordering: .relaxed) }
    cpu.free(object)
  }
}

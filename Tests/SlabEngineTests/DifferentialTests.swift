import Testing

@testable import SlabEngine

/// Comparison of the engine with a simple reference: a list of live objects that are filled with a stamp.
@Suite struct DifferentialTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomTrafficMatchesTheReference(seed: UInt64) throws {
    let engine = try makeEngine(megabytes: 4, cpus: 3)
    let caches = try [40, 232, 640, 1898, 5000].map { try engine.makeCache("size-\($0)", objectSize: $0) }
    var random = SplitMix64(state: seed)
    var live: [Live] = []
    for step in 0..<30_000 {
      let cpu = engine.cpu(.random(in: 0..<3, using: &random))
      let filling = step / 5000 % 2 == 0
      if Int.random(in: 0..<10, using: &random) < (filling ? 7 : 3) {
        if let object = Live(on: cpu, caches: caches, stamp: UInt8(truncatingIfNeeded: step), using: &random) {
          live.append(object)
        }
      } else if !live.isEmpty {
        let object = live.swapRemove(at: .random(in: 0..<live.count, using: &random))
        #expect(object.isIntact)
        object.free(on: cpu)
      }
      if step % 3000 == 0 { #expect(engine.validate() == []) }
    }
    let sample = engine.sample()
    #expect(sample.caches.reduce(sample.largeObjects) { $0 + $1.liveObjects } == live.count)
    for object in live {
      #expect(object.isIntact)
      object.free(on: engine.cpu(0))
    }
    #expect(engine.validate() == [])
    for cache in engine.caches {
      for cpu in 0..<3 { engine.cpu(cpu).drain(cache) }
      engine.shrink(cache)
    }
    #expect(engine.sample().freePages == 1024)
  }
}

/// A live object of the reference.
private struct Live {
  let address: UnsafeMutableRawPointer
  let bytes: Int
  let cache: SlabCache?
  let stamp: UInt8

  init?(on cpu: EngineCPU, caches: [SlabCache], stamp: UInt8, using random: inout SplitMix64) {
    cache = Bool.random(using: &random) ? caches.randomElement(using: &random) : nil
    bytes = cache?.objectSize ?? .random(in: 1...12_000, using: &random)
    guard let object = cache.map({ cpu.allocate(from: $0) }) ?? cpu.allocate(bytes: bytes) else { return nil }
    address = object
    self.stamp = stamp
    address.initializeMemory(as: UInt8.self, repeating: stamp, count: bytes)
  }

  var isIntact: Bool { UnsafeRawBufferPointer(start: address, count: bytes).allSatisfy { $0 == stamp } }

  func free(on cpu: EngineCPU) {
    if let cache, stamp & 1 == 0 { cpu.free(address, to: cache) } else { cpu.free(address) }
  }
}

extension Array {
  fileprivate mutating func swapRemove(at index: Int) -> Element {
    swapAt(index, count - 1)
    return removeLast()
  }
}

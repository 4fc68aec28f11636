import Foundation
import Telemetry
import Testing

@testable import Kernel

/// Decoding of the records of the BPF program.
@Suite struct SlabWalkReadingTests {
  @Test func fullSlabsAreTheSlabsOnNoList() throws {
    var bytes =
      records(
        cache: 1, next: 0, "dentry", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 1024 | 2048 | 1,
        sheaves: 7)
      + node(slabs: 10, objects: 210) + bin(list: 0, order: 0, objects: 21, inUse: 3, slabs: 4)
      + bin(list: 1, order: 0, objects: 21, inUse: 0, slabs: 1)
      + bin(list: 2, order: 0, objects: 21, inUse: 8, slabs: 2)
    var reading = SlabWalkReading()
    #expect(try reading.update(&bytes) == [0])
    let cache = try #require(reading.caches.first)
    #expect(cache.name == "dentry" && cache.parameters.flags == .reclaimable && cache.knowsObjectsOnCPUs)
    #expect(cache.slabs == 10 && cache.slabs(on: .full) == 3 && cache.slabs(on: .node) == 4)
    #expect(cache.totalObjects == 210 && cache.liveObjects == 3 * 4 + 8 * 2 + 3 * 21 - 7)
    #expect(cache.slabsByOccupancy == [1, 0, 4, 0, 2, 0, 0, 0, 0, 3])
  }

  @Test func fullSlabsOfTheMinimumOrderAreInferredFromTheObjects() throws {
    // Ten slabs of 2 KiB objects: seven of order 3 with 16 objects each, three of order 0 with 2 objects each.
    var bytes =
      records(cache: 1, next: 0, "kmalloc-2k", preferred: (3, 16), minimum: (0, 2), flags: 256 | 512 | 2048)
      + node(slabs: 10, objects: 118)
    var reading = SlabWalkReading()
    _ = try reading.update(&bytes)
    let groups = try #require(reading.caches.first).groups
    #expect(groups.map(\.order) == [3, 0] && groups.map(\.slabs) == [7, 3])
    let snapshot = CacheSnapshot(reading.caches[0], pageBytes: 4096)
    #expect(snapshot.orderFallbacks == 3 && snapshot.slabBytes == 7 * 32768 + 3 * 4096)
    #expect(snapshot.activeIsUpperBound == true, "without the CPUs' free lists, live objects are an upper bound")
  }

  @Test func onlyChangedCachesAreDecodedAgain() throws {
    func pass(slabs: Int) -> [UInt8] {
      records(cache: 1, next: 2, "a", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 2048)
        + node(slabs: 3, objects: 63)
        + records(cache: 2, next: 0, "b", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 2048)
        + node(slabs: slabs, objects: 21 * slabs)
    }
    var reading = SlabWalkReading()
    var (first, second, third) = (pass(slabs: 4), pass(slabs: 5), pass(slabs: 5))
    #expect(try reading.update(&first) == [0, 1])
    #expect(try reading.update(&second) == [1])
    #expect(try reading.update(&third) == [])
    #expect(reading.caches.map(\.slabs) == [3, 5])
  }

  @Test func passWithAMissingCacheIsRefused() throws {
    var bytes =
      records(cache: 1, next: 2, "a", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 2048)
      + node(slabs: 0, objects: 0)
      + records(cache: 3, next: 0, "c", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 2048)
      + node(slabs: 0, objects: 0)
    var reading = SlabWalkReading()
    #expect(throws: SlabWalkReading.Failure.cachesChanged) { try reading.update(&bytes) }
  }

  @Test func passWithAMissingLastCacheIsRefused() throws {
    var bytes =
      records(cache: 1, next: 2, "a", preferred: (0, 21), minimum: (0, 21), flags: 256) + node(slabs: 0, objects: 0)
    var reading = SlabWalkReading()
    #expect(throws: SlabWalkReading.Failure.cachesChanged) { try reading.update(&bytes) }
  }

  @Test func cacheWithChangingListsHasOnlyTheNumberOfSlabs() throws {
    var bytes =
      records(cache: 1, next: 0, "a", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512)
      + node(slabs: 10, objects: 210) + bin(list: 1, order: 0, objects: 21, inUse: 3, slabs: 4)
    var reading = SlabWalkReading()
    _ = try reading.update(&bytes)
    let snapshot = CacheSnapshot(reading.caches[0], pageBytes: 4096)
    #expect(snapshot.slabs == 10 && snapshot.totalObjects == 210 && snapshot.slabBytes == 40960)
    #expect(snapshot.fullSlabs == nil && snapshot.partialSlabs == nil && snapshot.slabsByOccupancy == nil)
    #expect(snapshot.activeIsUpperBound == true && snapshot.packedSlabs == nil)
  }

  @Test func lastOccurrenceOfARepeatedCacheIsUsed() throws {
    var bytes =
      records(cache: 1, next: 2, "a", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 2048)
      + node(slabs: 1, objects: 21)
      + records(cache: 1, next: 2, "a", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 2048)
      + node(slabs: 2, objects: 42)
      + records(cache: 2, next: 0, "b", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 2048)
      + node(slabs: 5, objects: 105)
    var reading = SlabWalkReading()
    _ = try reading.update(&bytes)
    #expect(reading.caches.map(\.name) == ["a", "b"] && reading.caches.map(\.slabs) == [2, 5])
  }

  @Test func kernelsWithoutSlabCountsAreRefused() {
    var bytes = records(cache: 1, next: 0, "a", preferred: (0, 21), minimum: (0, 21), flags: 0)
    var reading = SlabWalkReading()
    #expect(throws: SlabWalkReading.Failure.slabsNotCounted) { try reading.update(&bytes) }
  }

  @Test(arguments: [1 << 33, 1 << 47, UInt64.max]) func impossibleNumbersOfSlabsAreRefused(slabs: UInt64) {
    var bytes =
      records(cache: 1, next: 0, "a", preferred: (0, 65535), minimum: (1, 1), flags: 256 | 512 | 2048)
      + node(slabs: slabs, objects: .max) + node(slabs: slabs, objects: .max)
    var reading = SlabWalkReading()
    #expect(throws: SlabWalkReading.Failure.malformed(offset: 0)) { try reading.update(&bytes) }
  }

  /// Random bytes are read or refused, and nothing outside them is read. The seeds are fixed.
  @Test(arguments: 1...4) func malformedRecordsAreRefused(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let whole =
      records(cache: 1, next: 0, "dentry", preferred: (0, 21), minimum: (0, 21), flags: 256 | 512 | 2048)
      + node(slabs: 10, objects: 210) + bin(list: 0, order: 0, objects: 21, inUse: 3, slabs: 4)
    for length in 0..<whole.count {
      var (cut, reading) = (Array(whole[..<length]), SlabWalkReading())
      let ends = [0, whole.count - 48, whole.count - 16]
      if ends.contains(length) {
        _ = try reading.update(&cut)
      } else {
        #expect(throws: SlabWalkReading.Failure.self) { try reading.update(&cut) }
      }
    }
    for _ in 0..<20_000 {
      var (bytes, reading) = (whole, SlabWalkReading())
      for _ in 0..<4 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
      if (try? reading.update(&bytes)) != nil {
        let snapshots = reading.caches.map { CacheSnapshot($0, pageBytes: 4096) }
        #expect(snapshots.allSatisfy { $0.slabs >= 0 })
      }
    }
  }

  /// Returns the records of a cache. The list of caches is circular, and the address of its head is 0.
  private func records(
    cache: UInt64, previous: UInt64? = nil, next: UInt64, _ name: String, preferred: (order: UInt32, objects: UInt32),
    minimum: (order: UInt32, objects: UInt32), flags: UInt32, sheaves: UInt32 = 0
  ) -> [UInt8] {
    let padded = Array(name.utf8) + [UInt8](repeating: 0, count: 8 - name.utf8.count % 8)
    let figures: [UInt32] = [
      192, 192, 8, 0, preferred.order << 16 | preferred.objects, minimum.order << 16 | minimum.objects, 5, 120, 12, 0,
      1,
      sheaves, 0, 0, UInt32(padded.count), 0,
    ]
    return bytes(UInt16(1)) + bytes(UInt16(96)) + bytes(flags) + bytes(cache) + bytes(previous ?? cache - 1)
      + bytes(next) + figures.flatMap(bytes) + padded
  }

  private func node(slabs: UInt64, objects: UInt64) -> [UInt8] {
    bytes(UInt16(2)) + bytes(UInt16(32)) + bytes(UInt32(0)) + bytes(slabs) + bytes(objects) + bytes(UInt64(0))
  }

  private func node(slabs: Int, objects: Int) -> [UInt8] { node(slabs: UInt64(slabs), objects: UInt64(objects)) }

  private func bin(list: UInt8, order: UInt8, objects: UInt16, inUse: UInt16, slabs: UInt32) -> [UInt8] {
    bytes(UInt16(3)) + bytes(UInt16(16)) + [list, order, 0, 0] + bytes(objects) + bytes(inUse) + bytes(slabs)
  }

  private func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

import Foundation
import Telemetry

/// Looks at all slab caches, one after the other: of two successive looks most bytes are the same, and only caches that changed
/// are decoded.
struct SlabWalkReading {
  /// Why a look cannot be used.
  enum Mistake: Error, Hashable {
    /// The bytes break the format at an offset.
    case malformed(offset: Int)
    /// A cache was created or destroyed during the look.
    case cachesChanged
    /// The kernel does not count all slabs (it is built without CONFIG_SLUB_DEBUG).
    case slabsNotCounted
  }

  /// How well a look went.
  struct Quality: Hashable {
    /// Walks of lists that were repeated because the lists changed.
    var repeats = 0
    /// Lists that changed during every walk: their figures are not exact.
    var overtaken = 0
  }

  private var bytes: [UInt8] = []
  private var chunks: [Range<Int>] = []
  /// The caches of the last look, in the kernel's order.
  private(set) var caches: [SlabOccupancy] = []
  /// How well the last look went.
  private(set) var quality = Quality()

  /// Takes in a look.
  /// - Parameter new: its bytes; afterwards those of the look before, so that their memory is used again.
  /// - Returns: the caches that differ from those of the last look, by their place.
  /// - Throws: `Mistake`; then nothing has changed.
  /// - Complexity: O(bytes), most of it comparing them with the last look's.
  mutating func update(_ new: inout [UInt8]) throws(Mistake) -> [Int] {
    let found = try SlabWalkReading.chunks(of: new)
    var changed: [(place: Int, cache: SlabOccupancy)] = []
    var quality = Quality()
    for (place, chunk) in found.enumerated() {
      let isSame = place < chunks.count && SlabWalkReading.areEqual(new, chunk, bytes, chunks[place])
      let (cache, its) = try SlabWalkReading.decode(new, chunk, isSame ? caches[place] : nil)
      quality.repeats += its.repeats
      quality.overtaken += its.overtaken
      if let cache { changed.append((place, cache)) }
    }
    if found.count < caches.count { caches.removeLast(caches.count - found.count) }
    for (place, cache) in changed {
      if place < caches.count { caches[place] = cache } else { caches.append(cache) }
    }
    swap(&bytes, &new)
    (chunks, self.quality) = (found, quality)
    return changed.map(\.place)
  }

  /// Each cache's bytes. A cache that is there twice, since a new one came before it between two reads, counts once, as it was
  /// last.
  /// - Throws: `Mistake.malformed`, or `.cachesChanged` if a cache is missing in between.
  private static func chunks(of bytes: [UInt8]) throws(Mistake) -> [Range<Int>] {
    let (starts, identities, end) = bytes.withUnsafeBytes { bytes in
      var (starts, identities, offset): ([Int], [SlabWalkRecord.Identity], Int) = ([], [], 0)
      while let length = SlabWalkRecord.length(at: offset, in: bytes) {
        if let identity = SlabWalkRecord.identity(at: offset, in: bytes) {
          starts.append(offset)
          identities.append(identity)
        } else if starts.isEmpty {
          break
        }
        offset += length
      }
      return (starts, identities, offset)
    }
    guard end == bytes.count else { throw .malformed(offset: end) }
    var chunks: [Range<Int>] = []
    var last: SlabWalkRecord.Identity?
    for index in starts.indices {
      let chunk = starts[index]..<(index + 1 < starts.count ? starts[index + 1] : end)
      if identities[index].address == last?.address {
        chunks[chunks.count - 1] = chunk
      } else if let last, last.next != identities[index].address {
        throw .cachesChanged
      } else {
        chunks.append(chunk)
      }
      last = identities[index]
    }
    return chunks
  }

  /// Decodes a cache, unless it is known already.
  private static func decode(
    _ bytes: [UInt8], _ chunk: Range<Int>, _ known: SlabOccupancy?
  ) throws(Mistake) -> (SlabOccupancy?, Quality) {
    var (knowsAllSlabs, quality) = (true, Quality())
    let occupancy = bytes.withUnsafeBytes { bytes -> SlabOccupancy? in
      var occupancy = SlabOccupancy(name: "")
      var (offset, slabs, objects) = (chunk.lowerBound, 0, 0)
      while offset < chunk.upperBound, let length = SlabWalkRecord.length(at: offset, in: bytes) {
        switch SlabWalkRecord(at: offset, in: bytes) {
        case .cache(let cache):
          knowsAllSlabs = cache.knowsAllSlabs
          quality = Quality(repeats: cache.repeats, overtaken: cache.overtaken)
          if known != nil { return nil }
          occupancy.name = String(decoding: bytes[cache.name], as: UTF8.self)
          occupancy.parameters = cache.parameters
          occupancy.objectsInSheaves = cache.objectsInSheaves
          occupancy.knowsObjectsOnCPUs = cache.knowsObjectsOnCPUs
        case .node(let its, let theirs): (slabs, objects) = (slabs + its, objects + theirs)
        case .bin(let group): occupancy.groups.append(group)
        }
        offset += length
      }
      occupancy.addFullSlabs(ofAll: slabs, objects: objects)
      return occupancy
    }
    guard knowsAllSlabs else { throw .slabsNotCounted }
    guard occupancy?.isPossible ?? true else { throw .malformed(offset: chunk.lowerBound) }
    return (occupancy, quality)
  }

  private static func areEqual(_ new: [UInt8], _ range: Range<Int>, _ old: [UInt8], _ oldRange: Range<Int>) -> Bool {
    guard range.count == oldRange.count else { return false }
    return new.withUnsafeBytes { new in
      // Both ranges lie within their arrays: they were cut from them.
      old.withUnsafeBytes { old in
        guard let new = new.baseAddress, let old = old.baseAddress else { return true }
        return memcmp(new + range.lowerBound, old + oldRange.lowerBound, range.count) == 0
      }
    }
  }
}

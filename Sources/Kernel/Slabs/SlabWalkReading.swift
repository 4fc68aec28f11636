import Foundation
import Telemetry

/// Successive passes over all slab caches: from one to the next most bytes stay the same, and only caches that changed are
/// decoded.
struct SlabWalkReading {
  /// Why a pass cannot be used.
  enum Mistake: Error, Hashable {
    /// The bytes break the format at an offset.
    case malformed(offset: Int)
    /// A cache was created or destroyed during the pass.
    case cachesChanged
    /// The kernel does not count all slabs (it is built without CONFIG_SLUB_DEBUG).
    case slabsNotCounted
  }

  /// How often lists changed during a pass.
  struct Quality: Hashable {
    /// Walks of lists that were repeated because the lists changed.
    var repeats = 0
    /// Lists that changed during every walk: their figures are not exact.
    var overtaken = 0
  }

  private var bytes: [UInt8] = []
  private var chunks: [Range<Int>] = []
  /// The caches of the last pass, in the kernel's order.
  private(set) var caches: [SlabOccupancy] = []
  /// How often lists changed during the last pass.
  private(set) var quality = Quality()
  /// References to all caches together: if a cache is merged into another, this changes.
  private(set) var references = 0

  /// Takes in a pass.
  /// - Parameter new: its bytes; afterwards those of the pass before, so that their memory is used again.
  /// - Returns: the caches that differ from those of the last pass, by their place.
  /// - Throws: `Mistake`; then nothing has changed.
  /// - Complexity: O(bytes), most of it comparing them with those of the last pass.
  mutating func update(_ new: inout [UInt8]) throws(Mistake) -> [Int] {
    let found = try SlabWalkReading.chunks(of: new)
    var changed: [(place: Int, cache: SlabOccupancy)] = []
    var (quality, references) = (Quality(), 0)
    for (place, chunk) in found.enumerated() {
      let isSame = place < chunks.count && SlabWalkReading.areEqual(new, chunk, bytes, chunks[place])
      let decoded = try SlabWalkReading.decode(new, chunk, isSame ? caches[place] : nil)
      quality.repeats += decoded.quality.repeats
      quality.overtaken += decoded.quality.overtaken
      references += decoded.references
      if let cache = decoded.cache { changed.append((place, cache)) }
    }
    if found.count < caches.count { caches.removeLast(caches.count - found.count) }
    for (place, cache) in changed {
      if place < caches.count { caches[place] = cache } else { caches.append(cache) }
    }
    swap(&bytes, &new)
    (chunks, self.quality, self.references) = (found, quality, references)
    return changed.map(\.place)
  }

  /// Each cache's bytes. A cache that is there twice, since a new one came before it between two reads, counts once, as it was
  /// last.
  /// - Throws: `Mistake.malformed`, or `.cachesChanged` if a cache is missing: each has to follow the one before it, and the list's
  ///   head the last.
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
    if let first = identities.first, first.previous != last?.next { throw .cachesChanged }
    return chunks
  }

  /// Decodes a cache; of one that is known already only the counts.
  private static func decode(
    _ bytes: [UInt8], _ chunk: Range<Int>, _ known: SlabOccupancy?
  ) throws(Mistake) -> (cache: SlabOccupancy?, quality: Quality, references: Int) {
    var (knowsAllSlabs, quality, references) = (true, Quality(), 0)
    let occupancy = bytes.withUnsafeBytes { bytes -> SlabOccupancy? in
      var occupancy = SlabOccupancy(name: "")
      var (offset, slabs, objects) = (chunk.lowerBound, 0, 0)
      while offset < chunk.upperBound, let length = SlabWalkRecord.length(at: offset, in: bytes) {
        switch SlabWalkRecord(at: offset, in: bytes) {
        case .cache(let cache):
          knowsAllSlabs = cache.knowsAllSlabs
          quality = Quality(repeats: cache.repeats, overtaken: cache.overtaken)
          references = cache.references
          if known != nil { return nil }
          occupancy.name = String(decoding: bytes[cache.name], as: UTF8.self)
          occupancy.parameters = cache.parameters
          occupancy.objectsInSheaves = cache.objectsInSheaves
          occupancy.knowsObjectsOnCPUs = cache.knowsObjectsOnCPUs
          occupancy.isComplete = cache.knowsLists
        case .node(let nodeSlabs, let nodeObjects): (slabs, objects) = (slabs + nodeSlabs, objects + nodeObjects)
        case .bin(let group): occupancy.groups.append(group)
        }
        offset += length
      }
      // Of lists that are not known to their ends nothing is kept: the slabs that are missing would count as full.
      if !occupancy.isComplete { occupancy.groups = [] }
      occupancy.addFullSlabs(ofAll: slabs, objects: objects)
      return occupancy
    }
    guard knowsAllSlabs else { throw .slabsNotCounted }
    guard occupancy?.isPossible ?? true else { throw .malformed(offset: chunk.lowerBound) }
    return (occupancy, quality, references)
  }

  /// Whether two ranges hold the same bytes.
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

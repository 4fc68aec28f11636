import Glibc
import Telemetry

/// Decoder of successive passes over all slab caches. Most bytes are the same in two passes, so only the caches that have
/// changed are decoded.
struct SlabWalkReading {
  /// Reason why a pass is not usable.
  enum Failure: Error, Hashable {
    /// The bytes violate the format at an offset.
    case malformed(offset: Int)
    /// A cache was created or destroyed during the pass.
    case cachesChanged
    /// The kernel does not count all slabs (it is built without CONFIG_SLUB_DEBUG).
    case slabsNotCounted
  }

  /// Number of list changes during a pass.
  struct Quality: Hashable {
    /// Number of walks that were repeated because the list changed.
    var repeatedWalks = 0
    /// Number of lists that changed during every walk. Their figures are not exact.
    var inconsistentLists = 0
  }

  /// Bytes of the last pass.
  private var bytes: [UInt8] = []
  /// Range of each cache in `bytes`.
  private var chunks: [Range<Int>] = []
  /// Caches of the last pass, in the kernel's order.
  private(set) var caches: [SlabOccupancy] = []
  /// Number of list changes during the last pass.
  private(set) var quality = Quality()
  /// Sum of the references to all caches. It changes if a cache is merged into another.
  private(set) var references = 0

  /// Decodes a pass.
  /// - Parameter new: Bytes of the pass; replaced by those of the previous pass, so that their memory can be reused.
  /// - Returns: Indices of the caches that differ from the last pass.
  /// - Throws: `Failure`; the caches of the last pass then remain.
  /// - Complexity: O(bytes) for comparing them with the last pass.
  mutating func update(_ new: inout [UInt8]) throws(Failure) -> [Int] {
    let found = try SlabWalkReading.chunks(of: new)
    var changed: [(index: Int, cache: SlabOccupancy)] = []
    var (quality, references) = (Quality(), 0)
    for (index, chunk) in found.enumerated() {
      let isSame = index < chunks.count && SlabWalkReading.areEqual(new, chunk, bytes, chunks[index])
      let decoded = try SlabWalkReading.decode(new, chunk, isSame ? caches[index] : nil)
      quality.repeatedWalks += decoded.quality.repeatedWalks
      quality.inconsistentLists += decoded.quality.inconsistentLists
      references += decoded.references
      if let cache = decoded.cache { changed.append((index, cache)) }
    }
    if found.count < caches.count { caches.removeLast(caches.count - found.count) }
    for (index, cache) in changed {
      if index < caches.count { caches[index] = cache } else { caches.append(cache) }
    }
    swap(&bytes, &new)
    (chunks, self.quality, self.references) = (found, quality, references)
    return changed.map(\.index)
  }

  /// Returns the range of each cache. A cache occurs twice if another cache was created before it between two reads; the last
  /// occurrence is used.
  /// - Throws: `Failure.malformed`, or `.cachesChanged` if a cache is missing. Each cache must be the next of the one before
  ///   it, and the head of the list must be the next of the last.
  private static func chunks(of bytes: [UInt8]) throws(Failure) -> [Range<Int>] {
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

  /// Decodes a cache.
  /// - Parameter known: The cache if its bytes have not changed. Then only the counts are decoded, and `cache` is nil.
  private static func decode(
    _ bytes: [UInt8], _ chunk: Range<Int>, _ known: SlabOccupancy?
  ) throws(Failure) -> (cache: SlabOccupancy?, quality: Quality, references: Int) {
    var (knowsAllSlabs, quality, references) = (true, Quality(), 0)
    let occupancy = bytes.withUnsafeBytes { bytes -> SlabOccupancy? in
      var occupancy = SlabOccupancy(name: "")
      var (offset, slabs, objects) = (chunk.lowerBound, 0, 0)
      while offset < chunk.upperBound, let length = SlabWalkRecord.length(at: offset, in: bytes) {
        switch SlabWalkRecord(at: offset, in: bytes) {
        case .cache(let cache):
          knowsAllSlabs = cache.knowsAllSlabs
          quality = Quality(repeatedWalks: cache.repeatedWalks, inconsistentLists: cache.inconsistentLists)
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
      // The groups of a cache with incomplete lists are dropped, because the missing slabs would be counted as full.
      if !occupancy.isComplete { occupancy.groups = [] }
      occupancy.addFullSlabs(ofAll: slabs, objects: objects)
      return occupancy
    }
    guard knowsAllSlabs else { throw .slabsNotCounted }
    guard occupancy?.isPossible ?? true else { throw .malformed(offset: chunk.lowerBound) }
    return (occupancy, quality, references)
  }

  /// Returns whether two ranges contain the same bytes.
  private static func areEqual(_ new: [UInt8], _ range: Range<Int>, _ old: [UInt8], _ oldRange: Range<Int>) -> Bool {
    guard range.count == oldRange.count else { return false }
    return new.withUnsafeBytes { new in
      // Both ranges are within their arrays, because `chunks` made them.
      old.withUnsafeBytes { old in
        guard let new = new.baseAddress, let old = old.baseAddress else { return true }
        return memcmp(new + range.lowerBound, old + oldRange.lowerBound, range.count) == 0
      }
    }
  }
}

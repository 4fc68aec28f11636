/// Byte ledger of the slabs of a kernel's caches. It follows the snapshots of a source: only caches that changed are subtracted and
/// added again.
package struct KernelLedger: Sendable {
  private var caches: [CacheSnapshot] = []
  /// Sums over the caches.
  private var sums = ByteLedger()
  /// Number of caches whose slab lists were walked, that count empty slabs, and whose slab tails are not known.
  private var walked = 0
  private var countingEmptySlabs = 0
  private var lackingTails = 0

  /// Creates the ledger of no caches.
  package init() {}

  /// Makes this the ledger of the caches of a snapshot.
  /// - Complexity: O(caches), which compares references; the figures of changed caches only are read.
  package mutating func update(to caches: [CacheSnapshot]) {
    if let changed = caches.changes(since: self.caches) {
      for index in changed {
        add(self.caches[index], -1)
        add(caches[index], 1)
      }
    } else {
      self = KernelLedger()
      for index in caches.indices { add(caches[index], 1) }
    }
    self.caches = caches
  }

  /// Ledger of the slabs. Parts that a kernel does not tell apart are unknown: rounding counts as payload. /proc/slabinfo does not tell
  /// empty from partial slabs nor free objects in per-CPU caches from live ones; a walk of the slab lists does.
  package var ledger: ByteLedger {
    var ledger = sums
    var unknown: [ByteLedger.Part] = [.rounding, .pageHog]
    if walked == 0 {
      unknown += [.freeInMagazines, .alignmentAndMetadata]
      if countingEmptySlabs == 0 { unknown.append(.emptySlabs) }
    }
    if lackingTails > 0 { unknown.append(.slabTail) }
    for part in unknown where ledger[part] == 0 { ledger[known: part] = nil }
    return ledger
  }

  /// Adds a cache `sign` times: once, or -1 times to subtract it.
  private mutating func add(_ cache: CacheSnapshot, _ sign: Int) {
    if cache.occupancy != nil { walked += sign }
    if cache.emptySlabs != nil { countingEmptySlabs += sign }
    if !cache.knows(.tailBytes) { lackingTails += sign }
    sums.add(cache, times: sign)
  }
}

extension ByteLedger {
  /// Adds the slabs of a kernel's cache, each byte to one part. The requested bytes are not known, so all bytes of live objects count as
  /// payload.
  /// - Parameters:
  ///   - cache: The cache.
  ///   - times: 1, or -1 to subtract what was added.
  package mutating func add(_ cache: CacheSnapshot, times: Int = 1) {
    // An out-of-memory report has bytes instead of objects.
    let live = cache.activeBytes ?? cache.activeObjects * cache.objectSize
    let metadata = cache.activeObjects * max(0, cache.stride - cache.objectSize)
    // In slabinfo, free objects in per-CPU caches count as active objects, so they are already in `live`.
    let onCPUs = cache.occupancy == nil ? 0 : cache.objectsInMagazines * cache.stride
    // The remaining bytes are those of empty slabs; the remainder may be negative if a list changed while it was read.
    let free =
      cache.activeBytes.map { max(0, cache.slabBytes - $0) }
      ?? max(0, cache.totalObjects - cache.activeObjects) * cache.stride
    let partial = cache.freeBytesInPartialSlabs ?? free
    self[.livePayload] += times * live
    self[.alignmentAndMetadata] += times * metadata
    self[.freeInMagazines] += times * onCPUs
    self[.freeInPartialSlabs] += times * partial
    self[.slabTail] += times * cache.tailBytes
    self[.emptySlabs] += times * max(0, cache.slabBytes - live - metadata - onCPUs - partial - cache.tailBytes)
  }
}

import TextOutput

/// Encoder of a snapshot in the format of /proc/slabinfo, version 2.1 (Linux, mm/slab_common.c, slabinfo_show), which slabtop,
/// vmstat -m and node_exporter read: two header lines, then 16 words in each row.
///
/// The format has one page order for each cache: objperslab and pagesperslab are those of the preferred order. num_objs is the
/// sum over all slabs, so that `num_slabs * objperslab - num_objs` is positive if slabs of a lower order exist. active_objs
/// counts only live objects, whereas SLUB also counts free objects in per-CPU caches. objsize is the stride, as in the kernel.
/// limit and batchcount are the magazine capacity, and sharedavail is the number of objects in magazines.
package enum SlabinfoEncoder {
  static let header = """
    slabinfo - version: 2.1
    # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>

    """

  /// Returns the contents of the file. Like the kernel's, it lists caches without slabs too.
  package static func encode(_ snapshot: Snapshot) -> String {
    var used: Set<String> = []
    return snapshot.caches.reduce(into: header) { $0 += row($1, name: unique($1.name, &used)) + "\n" }
  }

  /// Figures without which a row cannot be written.
  private static let required: CacheSnapshot.FigureSet = [
    .activeObjects, .totalObjects, .stride, .slabs, .preferredOrder,
  ]

  /// Returns the reason why the format, which has no notation for unknown figures, cannot contain the snapshot; nil if it can.
  package static func problem(of snapshot: Snapshot) -> String? {
    guard let cache = snapshot.caches.first(where: { !$0.knows(required) }) else { return nil }
    return
      "slabinfo needs objects, sizes, slabs and page orders of each cache, which \(snapshot.source ?? "this snapshot") "
      + "does not contain of '\(EscapedText.line(cache.name, width: 60))'; choose another format"
  }

  private static func row(_ cache: CacheSnapshot, name: String) -> String {
    let pages = 1 << min(max(0, cache.preferredOrder), 10)
    func number(_ value: Int) -> UInt32 { UInt32(clamping: value) }
    let objects = String(
      printf: " %6lu %6lu %6u %4u %4d", cache.activeObjects, cache.totalObjects, number(cache.stride),
      number(cache.objectsPerPreferredSlab), Int32(pages))
    let tunables = String(
      printf: " : tunables %4u %4u %4u", number(cache.magazineCapacity),
      number(cache.magazineCapacity), 0)
    let slabs = String(
      printf: " : slabdata %6lu %6lu %6lu", cache.slabs - (cache.emptySlabs ?? 0), cache.slabs, cache.objectsInMagazines
    )
    return name.padded(to: max(17, name.count)) + objects + tunables + slabs
  }

  /// Returns a unique name that all readers of the format accept: the cache's name, with characters other than letters,
  /// digits and `_:.-` replaced, and with a number appended if the name is in `used`. It has at most 128 characters.
  private static func unique(_ name: String, _ used: inout Set<String>) -> String {
    let allowed = name.prefix(120).map { $0.isASCII && ($0.isLetter || $0.isNumber || "_:.-".contains($0)) ? $0 : "_" }
    let plain = allowed.isEmpty ? "_" : String(allowed)
    var candidate = plain
    var number = 2
    while !used.insert(candidate).inserted {
      candidate = "\(plain).\(number)"
      number += 1
    }
    return candidate
  }
}

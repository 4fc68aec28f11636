import Foundation

/// Writes a snapshot as /proc/slabinfo, version 2.1 (Linux, mm/slab_common.c, slabinfo_show): what slabtop, vmstat -m and
/// node_exporter read. Two header lines, then exactly 16 words a row; everything else we know goes into JSON.
///
/// Where orders mix, the format can't say so: objperslab and pagesperslab are those of the preferred order, num_objs is
/// the true sum over all slabs, so that `num_slabs * objperslab - num_objs` tells a reader that smaller slabs exist.
/// active_objs counts live objects only (SLUB counts those in per-CPU caches as active). objsize is the stride, as in the
/// kernel. tunables: the magazine capacity as limit and batchcount, no shared factor; sharedavail: objects in magazines.
public enum SlabinfoEncoder {
  static let header = """
    slabinfo - version: 2.1
    # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>

    """

  /// The whole file. Caches without slabs are listed too, as the kernel does.
  public static func encode(_ snapshot: Snapshot) -> String {
    var used: Set<String> = []
    return snapshot.caches.reduce(into: header) { $0 += row($1, name: unique($1.name, &used)) + "\n" }
  }

  private static func row(_ cache: CacheSnapshot, name: String) -> String {
    let pages = 1 << min(max(0, cache.preferredOrder), 10)
    func number(_ value: Int) -> UInt32 { UInt32(clamping: value) }
    let objects = String(
      format: " %6lu %6lu %6u %4u %4d", cache.activeObjects, cache.totalObjects, number(cache.stride),
      number(cache.objectsPerPreferredSlab), Int32(pages))
    let tunables = String(
      format: " : tunables %4u %4u %4u", number(cache.magazineCapacity),
      number(cache.magazineCapacity), 0)
    let slabs = String(
      format: " : slabdata %6lu %6lu %6lu", cache.slabs - (cache.emptySlabs ?? 0), cache.slabs, cache.objectsInMagazines
    )
    return name.padding(toLength: max(17, name.count), withPad: " ", startingAt: 0) + objects + tunables + slabs
  }

  /// A name that every reader takes, no other row has, and that still tells which cache it is: letters, digits and
  /// `_:.-`, at most 128 of them.
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

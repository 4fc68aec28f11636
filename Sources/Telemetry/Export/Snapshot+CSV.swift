extension Snapshot {
  /// The caches as CSV (RFC 4180): a header line with the names of the figures, then a line for each cache that
  /// has been used.
  package var csv: String {
    let columns: [(figure: Figure, text: (CacheSnapshot) -> String)] = [
      (.cacheName, { Snapshot.quoted($0.name) }), (.objectSize, { "\($0.objectSize)" }),
      (.stride, { "\($0.stride)" }), (.activeObjects, { "\($0.activeObjects)" }),
      (.totalObjects, { "\($0.totalObjects)" }), (.slabs, { "\($0.slabs)" }), (.slabBytes, { "\($0.slabBytes)" }),
      (.requestedBytes, { Snapshot.known($0.requestedBytes) }),
      (.wasteBytes, { "\($0.wasteBytes)" }), (.allocations, { Snapshot.known($0.allocations) }),
      (.frees, { Snapshot.known($0.frees) }), (.refills, { Snapshot.known($0.refills) }),
      (.orderFallbacks, { "\($0.orderFallbacks)" }),
      (.failedAllocations, { Snapshot.known($0.failedAllocations) }),
      (.fullSlabs, { Snapshot.known($0.fullSlabs) }), (.partialSlabs, { Snapshot.known($0.partialSlabs) }),
      (.emptySlabs, { Snapshot.known($0.emptySlabs) }), (.slabsOnCPUs, { Snapshot.known($0.slabsOnCPUs) }),
      (.freeBytesInPartialSlabs, { Snapshot.known($0.freeBytesInPartialSlabs) }),
      (.packedSlabs, { Snapshot.known($0.packedSlabs) }), (.isReclaimable, { Snapshot.known($0.isReclaimable) }),
      (.isAccounted, { Snapshot.known($0.isAccounted) }),
      (.activeIsUpperBound, { Snapshot.known($0.activeIsUpperBound) }),
      (.kernelSlabs, { Snapshot.known($0.kernelSlabs) }),
      (.kernelSlabBytes, { Snapshot.known($0.kernelSlabBytes) }),
      (.lockAcquisitions, { Snapshot.known($0.lockAcquisitions) }),
      (.lockContentions, { Snapshot.known($0.lockContentions) }),
      (.lockWaitCycles, { Snapshot.known($0.lockWaitCycles) }),
    ]
    let heading = columns.compactMap(\.figure.csvColumn).joined(separator: ",")
    let rows = caches.filter(\.isUsed)
      .map { cache in columns.map { $0.text(cache) }.joined(separator: ",") }
    return ([heading] + rows).joined(separator: "\r\n") + "\r\n"
  }

  /// Returns the field of a figure: empty if the figure is not known.
  private static func known(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "" }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

extension Snapshot {
  /// The caches as CSV (RFC 4180): a heading, and a line for each cache that holds or held something.
  public var csv: String {
    let columns: [(String, (CacheSnapshot) -> String)] = [
      ("cache", { Snapshot.quoted($0.name) }), ("object_bytes", { "\($0.objectSize)" }),
      ("stride_bytes", { "\($0.stride)" }), ("active_objects", { "\($0.activeObjects)" }),
      ("total_objects", { "\($0.totalObjects)" }), ("slabs", { "\($0.slabs)" }), ("slab_bytes", { "\($0.slabBytes)" }),
      ("requested_bytes", { Snapshot.known($0.requestedBytes) }),
      ("waste_bytes", { "\($0.wasteBytes)" }), ("allocations", { Snapshot.known($0.allocations) }),
      ("frees", { Snapshot.known($0.frees) }), ("refills", { Snapshot.known($0.refills) }),
      ("order_fallbacks", { "\($0.orderFallbacks)" }),
      ("failed_allocations", { Snapshot.known($0.failedAllocations) }),
      ("full_slabs", { Snapshot.known($0.fullSlabs) }), ("partial_slabs", { Snapshot.known($0.partialSlabs) }),
      ("empty_slabs", { Snapshot.known($0.emptySlabs) }), ("slabs_on_cpus", { Snapshot.known($0.slabsOnCPUs) }),
      ("free_bytes_in_partial_slabs", { Snapshot.known($0.freeBytesInPartialSlabs) }),
      ("packed_slabs", { Snapshot.known($0.packedSlabs) }), ("is_reclaimable", { Snapshot.known($0.isReclaimable) }),
      ("is_accounted", { Snapshot.known($0.isAccounted) }),
      ("active_is_upper_bound", { Snapshot.known($0.activeIsUpperBound) }),
      ("kernel_slabs", { Snapshot.known($0.kernelSlabs) }),
      ("kernel_slab_bytes", { Snapshot.known($0.kernelSlabBytes) }),
      ("lock_acquisitions", { Snapshot.known($0.lockAcquisitions) }),
      ("lock_contentions", { Snapshot.known($0.lockContentions) }),
      ("lock_wait_cycles", { Snapshot.known($0.lockWaitCycles) }),
    ]
    let heading = columns.map(\.0).joined(separator: ",")
    let rows = caches.filter(\.isUsed)
      .map { cache in columns.map { $0.1(cache) }.joined(separator: ",") }
    return ([heading] + rows).joined(separator: "\r\n") + "\r\n"
  }

  /// A field of a figure that may not be known: then it is empty.
  private static func known(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "" }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

import TextOutput

extension Snapshot {
  /// Figures in the columns of ``csv``.
  package static let csvFigures: [Figure] = [
    .cacheName, .objectSize, .stride, .activeObjects, .totalObjects, .slabs, .slabBytes, .requestedBytes, .activeBytes,
    .wasteBytes, .allocations, .frees, .refills, .orderFallbacks, .lowOrderSlabs, .failedAllocations, .fullSlabs,
    .partialSlabs, .emptySlabs, .slabsOnCPUs, .freeBytesInPartialSlabs, .packedSlabs, .isReclaimable, .isAccounted,
    .activeIsUpperBound, .kernelSlabs, .kernelSlabBytes, .lockAcquisitions, .lockContentions, .lockWaitCycles,
  ]

  /// The caches as CSV (RFC 4180): a header line with the names of the figures, then a line for each cache that
  /// has been used. Fields of unknown figures are empty.
  package var csv: String {
    let columns = Snapshot.csvFigures
    let heading = columns.compactMap(\.csvColumn).joined(separator: ",")
    let readers = columns.compactMap(\.reader)
    let rows = caches.filter(\.isUsed).map { cache in
      readers.map { $0(cache).map { EscapedText.field($0.description) } ?? "" }.joined(separator: ",")
    }
    return ([heading] + rows).joined(separator: "\r\n") + "\r\n"
  }
}

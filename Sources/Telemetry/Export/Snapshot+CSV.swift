import TextOutput

extension Snapshot {
  /// Figures in the columns of ``csv``.
  package static let csvFigures: [Figure] = [
    .cacheName, .objectSize, .stride, .activeObjects, .totalObjects, .slabs, .slabBytes, .requestedBytes, .activeBytes,
    .wasteBytes, .allocations, .frees, .refills, .orderFallbacks, .lowOrderSlabs, .failedAllocations, .fullSlabs,
    .partialSlabs, .emptySlabs, .slabsOnCPUs, .freeBytesInPartialSlabs, .packedSlabs, .isReclaimable, .isAccounted,
    .activeIsUpperBound, .kernelSlabs, .kernelSlabBytes, .lockAcquisitions, .lockContentions, .lockWaitCycles,
    .slabsByOrder, .preferredOrder, .objectsPerPreferredSlab, .tailBytes, .objectsInMagazines, .magazineCapacity,
  ]

  /// The caches as CSV (RFC 4180, with line feeds): a header line with the names of the figures, then a line for each cache that
  /// has been used. Fields of unknown figures are empty. ``init(csv:)`` reads it.
  package var csv: String { csv(columns: Snapshot.csvFigures) }

  /// Returns the caches that have been used as CSV with the given columns.
  func csv(columns: [Figure]) -> String {
    let readers = columns.map(\.reader)
    let rows = caches.filter(\.isUsed).map { cache in
      readers.map { $0?(cache).map { EscapedText.field($0.description) } ?? "" }.joined(separator: ",")
    }
    return ([columns.map(\.key).joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }
}

extension CacheSnapshot {
  /// Returns the value of a figure; nil if the source does not know it and if the figure is not one of a single snapshot of a
  /// cache (rates and trends need several).
  /// - Complexity: O(1); a reader of many caches gets ``Figure/reader`` once.
  package func value(of figure: Figure) -> FigureValue? { figure.reader?(self) }
}

extension Figure {
  /// Function that reads the figure of a cache.
  package typealias Reader = @Sendable (borrowing CacheSnapshot) -> FigureValue?

  /// Function that returns the value of this figure of a cache, or nil if it is not known; nil if the figure is not one of a
  /// single snapshot of a cache.
  package var reader: Reader? { Figure.readers[self] }

  private static let readers = Dictionary(uniqueKeysWithValues: readersOfObjects + readersOfSlabs + readersOfCounters)

  private static var readersOfObjects: [(Figure, Reader)] {
    [
      (cacheName, { .text($0.name) }), (isGeneral, { .flag($0.isGeneral) }), (slabHolder, { .text($0.slabHolder) }),
      (objectSize, { $0.integer(\.objectSize, .objectSize) }), (stride, { $0.integer(\.stride, .stride) }),
      (activeObjects, { $0.integer(\.activeObjects, .activeObjects) }),
      (totalObjects, { $0.integer(\.totalObjects, .totalObjects) }),
      (activeIsUpperBound, { $0.activeIsUpperBound.map { .flag($0) } }),
      (usePercent, { $0.knownUsePercent.map { .percentage($0) } }),
      (rounding, { $0.traffic?.roundingPercent.map { .percentage($0) } }),
      (profiledObjects, { .init($0.traffic?.liveObjects) }),
      (cacheUnseenFrees, { $0.traffic?.reconciliation.map { .text(FigureValue.range($0.unseenFrees)) } }),
      (olderObjects, { $0.traffic?.reconciliation.map { .text(FigureValue.range($0.olderObjects)) } }),
      (requestedBytes, { .init($0.requestedBytes) }), (activeBytes, { .init($0.liveBytes) }),
      (wasteBytes, { .init($0.knownWasteBytes) }),
      (objectsInMagazines, { $0.integer(\.objectsInMagazines, .objectsInMagazines) }),
      (magazineCapacity, { $0.integer(\.magazineCapacity, .magazineCapacity) }),
      (isReclaimable, { $0.isReclaimable.map { .flag($0) } }), (isAccounted, { $0.isAccounted.map { .flag($0) } }),
    ]
  }

  private static var readersOfSlabs: [(Figure, Reader)] {
    [
      (slabs, { $0.integer(\.slabs, .slabs) }),
      (slabsByOrder, { $0.knows(.slabsByOrder) ? .counts($0.slabsByOrder) : nil }),
      (slabBytes, { $0.integer(\.slabBytes, .slabBytes) }), (tailBytes, { $0.integer(\.tailBytes, .tailBytes) }),
      (fullSlabs, { .init($0.fullSlabs) }), (partialSlabs, { .init($0.partialSlabs) }),
      (emptySlabs, { .init($0.emptySlabs) }), (slabsOnCPUs, { .init($0.slabsOnCPUs) }),
      (slabsByOccupancy, { $0.slabsByOccupancy.map { .counts($0) } }),
      (freeBytesInPartialSlabs, { .init($0.freeBytesInPartialSlabs) }), (packedSlabs, { .init($0.packedSlabs) }),
      (externalFragmentation, { $0.externalFragmentationPercent.map { .percentage($0) } }),
      (preferredOrder, { $0.integer(\.preferredOrder, .preferredOrder) }),
      (objectsPerPreferredSlab, { $0.integer(\.objectsPerPreferredSlab, .objectsPerPreferredSlab) }),
      (kernelSlabs, { .init($0.kernelSlabs) }), (kernelSlabBytes, { .init($0.kernelSlabBytes) }),
    ]
  }

  private static var readersOfCounters: [(Figure, Reader)] {
    [
      (allocations, { .init($0.allocations) }), (frees, { .init($0.frees) }),
      (failedAllocations, { .init($0.failedAllocations) }), (refills, { .init($0.refills) }),
      (flushes, { .init($0.flushes) }), (slabsGrown, { .init($0.slabsGrown) }),
      (slabsReturned, { .init($0.slabsReturned) }), (remoteFrees, { .init($0.remoteFreesReturned) }),
      (orderFallbacks, { .init($0.countedOrderFallbacks) }), (lowOrderSlabs, { .init($0.knownLowOrderSlabs) }),
      (fallbacksByOrder, { $0.fallbacksByOrder.map { .counts($0) } }),
      (refusalsByOrder, { $0.refusalsByOrder.map { .counts($0) } }),
      (lockAcquisitions, { .init($0.lockAcquisitions) }), (lockContentions, { .init($0.lockContentions) }),
      (lockWaitCycles, { .init($0.lockWaitCycles) }),
    ]
  }
}

extension FigureValue {
  /// Returns the text of a range: `40-60`, or one number if the range has one.
  fileprivate static func range(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
  }

  /// Creates an integer, or nil for nil.
  fileprivate init?(_ value: Int?) {
    guard let value else { return nil }
    self = .integer(value)
  }
}

extension CacheSnapshot {
  /// Order fallbacks since the cache was created, which only an engine counts; nil for a kernel, of which
  /// ``knownLowOrderSlabs`` are known.
  package var countedOrderFallbacks: Int? { countsOperations && knows(.orderFallbacks) ? orderFallbacks : nil }

  /// Whether the source counts its operations on slabs, as an engine does. Of a kernel, a watch counts allocations and frees only.
  package var countsOperations: Bool { refills != nil }

  /// Slabs of a lower order than the preferred one that exist now; nil if not known.
  package var knownLowOrderSlabs: Int? {
    if !countsOperations, knows(.orderFallbacks) { return orderFallbacks }
    guard knows([.slabsByOrder, .preferredOrder]) else { return nil }
    return slabsByOrder.prefix(preferredOrder).reduce(0, +)
  }

  /// Slab memory without the requested bytes of live objects; nil if one of them is not known.
  package var knownWasteBytes: Int? {
    guard knows(.slabBytes), let requestedBytes else { return nil }
    return slabBytes - requestedBytes
  }

  fileprivate func integer(_ path: WritableKeyPath<CacheFigures, Int>, _ figure: FigureSet) -> FigureValue? {
    knows(figure) ? .integer(storage.figures[keyPath: path]) : nil
  }
}

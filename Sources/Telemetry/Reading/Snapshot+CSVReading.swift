import TextOutput

extension Snapshot {
  /// Reads CSV that ``csv`` wrote. Columns may be missing or in another order; figures without a column and empty fields are
  /// unknown. Figures that follow from others, such as the waste, are not read.
  /// - Throws: `SlabinfoDecoder.ParseError` for the first field that is not of its figure's type.
  package init(csv: String) throws {
    self.init()
    let table = try CSVTable(csv)
    guard let header = table.rows.first else {
      throw SlabinfoDecoder.ParseError(line: 1, expected: "a header line with the names of the columns")
    }
    let columns = header.fields.map { name in try? Figure.column(named: name) }
    guard let nameColumn = columns.firstIndex(of: .cacheName) else {
      throw SlabinfoDecoder.ParseError(line: header.line, expected: "a column `cache`")
    }
    (source, knowsRequestedBytes, unknownFigures) = ("CSV", false, .machine)
    for row in table.rows.dropFirst() {
      guard row.fields.count == columns.count else {
        throw SlabinfoDecoder.ParseError(
          line: row.line, expected: "\(columns.count) fields as in the header, not \(row.fields.count)")
      }
      var cache = CacheSnapshot(name: EscapedText.unescapedField(row.fields[nameColumn]))
      cache.unknownFigures = .all
      for (figure, field) in zip(columns, row.fields) where !field.isEmpty {
        try cache.set(figure, field, line: row.line)
      }
      cache.isGeneral = SlabDebugging.kmallocBytes(cache.name) != nil
      if !cache.knows([.activeObjects, .stride]) { cache.activeBytes = cache.csvLiveBytes(columns, row) }
      caches.append(cache)
    }
    knowsRequestedBytes = !caches.isEmpty && caches.allSatisfy { $0.requestedBytes != nil }
    do { try checkRanges() } catch { throw SlabinfoDecoder.ParseError(line: 1, expected: "possible figures: \(error)") }
    fillLedgerOfCaches()
    // The parts of the ledger are those of a kernel unless requested bytes say otherwise.
    if knowsRequestedBytes { unknownFigures.insert(.ledger) }
  }
}

extension CacheSnapshot {
  /// Sets a figure from a field of CSV. Columns that follow from others are ignored.
  fileprivate mutating func set(_ figure: Figure?, _ field: String, line: Int) throws(SlabinfoDecoder.ParseError) {
    guard let figure else { return }
    let path = CacheSnapshot.integers.first { $0.figure == figure }?.path
    if let path {
      guard let value = Int(field) else {
        throw SlabinfoDecoder.ParseError(line: line, expected: "a whole number in column \(figure.key), not `\(field)`")
      }
      self[keyPath: path] = value
    } else if let path = CacheSnapshot.flags.first(where: { $0.figure == figure })?.path {
      guard let value = Bool(field.lowercased()) else {
        throw SlabinfoDecoder.ParseError(line: line, expected: "true or false in column \(figure.key), not `\(field)`")
      }
      self[keyPath: path] = value
    } else if figure == .slabsByOrder {
      let counts = field.split(separator: " ").compactMap { Int($0) }
      guard counts.count == 11 else {
        throw SlabinfoDecoder.ParseError(line: line, expected: "11 numbers in column \(figure.key), not `\(field)`")
      }
      self[known: \.slabsByOrder, .slabsByOrder] = counts
    }
  }

  /// Bytes of live objects in a row without objects.
  fileprivate func csvLiveBytes(_ columns: [Figure?], _ row: CSVTable.Row) -> Int? {
    columns.firstIndex(of: .activeBytes).flatMap { Int(row.fields[$0]) }
  }

  static var integers: [(figure: Figure, path: WritableKeyPath<CacheSnapshot, Int?>)] {
    [
      (.objectSize, \.[known: \.objectSize, .objectSize]), (.stride, \.[known: \.stride, .stride]),
      (.activeObjects, \.[known: \.activeObjects, .activeObjects]),
      (.totalObjects, \.[known: \.totalObjects, .totalObjects]),
      (.objectsInMagazines, \.[known: \.objectsInMagazines, .objectsInMagazines]),
      (.slabs, \.[known: \.slabs, .slabs]), (.slabBytes, \.[known: \.slabBytes, .slabBytes]),
      (.tailBytes, \.[known: \.tailBytes, .tailBytes]),
      (.preferredOrder, \.[known: \.preferredOrder, .preferredOrder]),
      (.objectsPerPreferredSlab, \.[known: \.objectsPerPreferredSlab, .objectsPerPreferredSlab]),
      (.magazineCapacity, \.[known: \.magazineCapacity, .magazineCapacity]),
      (.orderFallbacks, \.[known: \.orderFallbacks, .orderFallbacks]), (.lowOrderSlabs, \.lowOrderSlabsInCSV),
      (.requestedBytes, \.requestedBytes), (.allocations, \.allocations), (.frees, \.frees), (.refills, \.refills),
      (.flushes, \.flushes), (.failedAllocations, \.failedAllocations), (.fullSlabs, \.fullSlabs),
      (.partialSlabs, \.partialSlabs), (.emptySlabs, \.emptySlabs), (.slabsOnCPUs, \.slabsOnCPUs),
      (.freeBytesInPartialSlabs, \.freeBytesInPartialSlabs), (.slabsGrown, \.slabsGrown),
      (.slabsReturned, \.slabsReturned), (.remoteFrees, \.remoteFreesReturned), (.kernelSlabs, \.kernelSlabs),
      (.kernelSlabBytes, \.kernelSlabBytes), (.lockAcquisitions, \.lockAcquisitions),
      (.lockContentions, \.lockContentions), (.lockWaitCycles, \.lockWaitCycles),
    ]
  }

  private static var flags: [(figure: Figure, path: WritableKeyPath<CacheSnapshot, Bool?>)] {
    [
      (.isReclaimable, \.isReclaimable), (.isAccounted, \.isAccounted), (.activeIsUpperBound, \.activeIsUpperBound),
    ]
  }

  /// Slabs of a lower order of a kernel, which does not count fallbacks. Those of an engine follow from the slabs by order.
  private var lowOrderSlabsInCSV: Int? {
    get { knownLowOrderSlabs }
    set { if !knows(.orderFallbacks) { self[known: \.orderFallbacks, .orderFallbacks] = newValue } }
  }
}

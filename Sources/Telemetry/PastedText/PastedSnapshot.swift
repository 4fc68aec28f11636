/// Slab figures of a pasted text, such as a bug report.
package struct PastedSnapshot: Sendable, Hashable {
  /// Form of the text.
  package var form: PastedForm
  /// Caches in the order of the text.
  package var caches: [PastedCache]
  /// Whether the text has the figures of all caches of the kernel. It is false if rows have no title and thus may have
  /// been selected, if rows have no figures, if the text is truncated, if slabtop counted more caches than there are rows,
  /// and for an out-of-memory report, which lists only caches that cannot be reclaimed.
  package var listsAllCaches: Bool
  /// Sentences for the user: rows without figures, tables that were not read, and slab debugging.
  package var notes: [String]

  /// Reads a text that contains slab figures in any of the forms, quoted, indented, wrapped, with times before its lines, or
  /// between other lines. If the text contains several tables of a form, the last one is read; if it contains several forms,
  /// the one with most caches.
  /// - Returns: nil if the text contains none of the forms.
  /// - Throws: `SlabinfoDecoder.ParseError` for the first row that has the shape of its form and impossible figures.
  package static func read(_ text: String) throws(SlabinfoDecoder.ParseError) -> PastedSnapshot? {
    let lines = PastedLine.lines(of: QuotedPrintable.decoded(text))
    var found: [PastedSnapshot] = []
    var problem: SlabinfoDecoder.ParseError?
    for reader in [
      PastedSlabinfo(), PastedSlabtop(), PastedCrash(), PastedOutOfMemory(), PastedNodeExporter(), PastedVmstat(),
    ] as [any PastedFormReader] {
      do throws(SlabinfoDecoder.ParseError) {
        if let snapshot = try PastedSnapshot(lines, reader) { found.append(snapshot) }
      } catch {
        problem = problem ?? error
      }
    }
    // A row that only resembles one form is no error if the text has figures of another form.
    guard var largest = found.max(by: { $0.caches.count < $1.caches.count }) else {
      if let problem { throw problem }
      return nil
    }
    if let problem, largest.caches.count < 2 { throw problem }
    let others = found.filter { $0.form != largest.form }.map(\.form.rawValue)
    if !others.isEmpty {
      largest.notes.append(
        "The text also contains \(others.joined(separator: ", ")); only \(largest.form.rawValue) was read.")
    }
    return largest
  }

  /// Reads the rows of one form; nil if there are none.
  private init?(_ lines: [PastedLine], _ reader: any PastedFormReader) throws(SlabinfoDecoder.ParseError) {
    var reader = reader
    var tables = [PastedTable()]
    for line in lines where !line.words.isEmpty {
      switch try reader.read(line) {
      case nil: continue
      case .title:
        if !tables[tables.count - 1].isEmpty { tables.append(PastedTable()) }
        tables[tables.count - 1].hasTitle = true
      case .cacheCount(let count):
        if !tables[tables.count - 1].isEmpty { tables.append(PastedTable()) }
        tables[tables.count - 1].cacheCount = count
      case .unreadable(let name): tables[tables.count - 1].unreadable.append(name)
      case .cache(var cache):
        cache.line = line.number
        guard cache.isPossible, reader.form == .slabinfo || cache.hasNoMoreLiveThanAllObjects else {
          throw SlabinfoDecoder.ParseError(
            line: line.number, expected: "at most as many live as all objects, and slabs of 16 TiB of memory at most")
        }
        if tables[tables.count - 1].endsBefore(cache) { tables.append(PastedTable()) }
        tables[tables.count - 1].add(cache)
      }
    }
    let hasTitle = tables.contains(where: \.hasTitle)
    tables.removeAll(where: \.isEmpty)
    if !reader.collected.isEmpty { tables.append(PastedTable(collected: reader.collected, hasTitle: hasTitle)) }
    guard let table = tables.last else {
      if let error = reader.truncatedRow { throw error }
      return nil
    }
    form = reader.form
    caches = table.caches
    for index in caches.indices { caches[index].deriveFigures() }
    listsAllCaches = table.listsAllCaches(form) && reader.truncatedRow == nil
    notes = PastedSnapshot.notes(of: table, among: tables.count)
    if form == .slabtop {
      notes.append("slabtop rounds object sizes to 0.01 KiB; sizes are the nearest that fit the slabs.")
    }
    if let error = reader.truncatedRow { notes.append("Line \(error.line) is truncated and was skipped.") }
  }

  private static func notes(of table: PastedTable, among count: Int) -> [String] {
    var notes: [String] = []
    if count > 1 {
      notes.append("The text contains \(count) tables; the last one, from line \(table.line) on, was read.")
    }
    if !table.unreadable.isEmpty {
      notes.append("Rows without figures (?) were skipped: \(table.unreadable.joined(separator: ", ")).")
    }
    if let count = table.cacheCount, count > table.caches.count {
      notes.append("The text lists \(table.caches.count) of the \(count) caches of the kernel.")
    }
    let debugged = SlabDebugging.caches(table.caches)
    if !debugged.isEmpty {
      notes.append(
        "This kernel runs with slab debugging: objects of \(debugged.joined(separator: ", ")) contain debug metadata.")
    }
    return notes
  }
}

extension Snapshot {
  /// Creates the snapshot of a pasted text. Figures that its form lacks are unknown.
  package init(_ pasted: PastedSnapshot) {
    self.init()
    (source, notes, knowsRequestedBytes) = (pasted.form.rawValue, pasted.notes, false)
    listsAllCaches = pasted.listsAllCaches
    unknownFigures = .machine
    caches = pasted.caches.map { CacheSnapshot($0) }
    fillLedgerOfCaches()
  }

  /// Fills the ledger from caches whose bytes are all known; otherwise the ledger is unknown. Memory outside of slabs is unknown.
  mutating func fillLedgerOfCaches() {
    let hasBytes = caches.allSatisfy { $0.liveBytes != nil && $0.knows(.slabBytes) }
    guard hasBytes, !caches.isEmpty else {
      unknownFigures.insert(.ledger)
      return
    }
    var known = KernelLedger()
    known.update(to: caches)
    fillLedger(known)
  }

  /// Fills the ledger with that of the caches. Memory outside of slabs is unknown.
  mutating func fillLedger(_ known: KernelLedger) {
    ledger = known.ledger
    (ledger[known: .otherUse], ledger[known: .freePages]) = (nil, nil)
    memoryBytes = ledger.sum
  }
}

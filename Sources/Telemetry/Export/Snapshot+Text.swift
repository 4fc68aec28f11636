import TextOutput

extension Snapshot {
  /// The snapshot as text that fits in 80 columns: memory by use, then a line for each cache with slabs, in descending order
  /// of slab memory. Figures that are not known are `-`.
  package var text: String { (try? formatted(.text)) ?? "" }

  /// Figures of a table of text in the order of their columns, and their rank: if the table is too wide, columns of higher rank
  /// are left out first.
  private static let textFigures: [(figure: Figure, rank: Int)] = [
    (.cacheName, 0), (.activeObjects, 2), (.totalObjects, 3), (.usePercent, 4), (.objectSize, 5), (.slabs, 6),
    (.slabsByOrder, 7), (.slabBytes, 1), (.activeBytes, 15), (.orderFallbacks, 11), (.fullSlabs, 12),
    (.partialSlabs, 9), (.emptySlabs, 10), (.slabsOnCPUs, 14), (.externalFragmentation, 8), (.isReclaimable, 13),
  ]

  /// Width of a cache's name at most; longer names end in an ellipsis.
  private static let nameWidth = 32

  /// Returns the text of the caches, which are sorted and selected.
  /// - Parameter count: Number of caches before the selection.
  func text(_ selection: SnapshotSelection, ofCaches count: Int) -> String {
    let columns = selection.columns ?? defaultColumns(width: selection.width)
    let nameWidth = selection.width == nil ? Int.max : Snapshot.nameWidth
    var table = TextTable(columns.map(\.label), lastColumn: .figures)
    for cache in caches { table.add(columns.map { cache.cell($0, nameWidth: nameWidth) }) }
    var lines = summary
    if !lines.isEmpty { lines.append("") }
    lines += columns.isEmpty ? [] : table.lines
    if caches.count < count { lines += ["", "\(caches.count) of \(count) caches"] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns the columns that have a known figure and fit into `width`, those of the lowest rank first.
  private func defaultColumns(width: Int?) -> [Figure] {
    let known = Snapshot.textFigures.filter { column in caches.contains { $0.value(of: column.figure) != nil } }
    guard let width else { return known.map(\.figure) }
    var (included, used): (Set<Figure>, Int) = ([], 0)
    for column in known.sorted(by: { $0.rank < $1.rank }) {
      let cells = caches.map { $0.cell(column.figure, nameWidth: Snapshot.nameWidth).count }
      let needed = max(column.figure.label.count, cells.max() ?? 0) + (included.isEmpty ? 0 : 2)
      guard used + needed <= width else { continue }
      used += needed
      included.insert(column.figure)
    }
    return known.map(\.figure).filter(included.contains)
  }

  /// Input, notes and memory by use, one line per part of the ledger.
  private var summary: [String] {
    var lines: [String] = []
    let title = [workload, policy, source ?? ""].filter { !$0.isEmpty }
    if !title.isEmpty { lines.append(title.map { EscapedText.line($0, width: 60) }.joined(separator: ", ")) }
    lines += notes.map { "Note: " + EscapedText.line($0) }
    guard knows(.ledger), ledger.sum > 0 else { return lines }
    var table = TextTable(["MEMORY", "SIZE", "OF SLAB MEMORY"], lastColumn: .figures)
    let slabBytes = max(1, ledger.slabBytes)
    for part in ByteLedger.Part.allCases {
      guard let bytes = ledger[known: part], bytes > 0 else { continue }
      let share =
        part.isSlabMemory ? FigureValue.tenths(Double(bytes) * 100 / Double(slabBytes)) + " %" : ""
      table.add([part.title, ByteCount.text(bytes), share])
    }
    if !lines.isEmpty { lines.append("") }
    return lines + table.lines
  }
}

extension CacheSnapshot {
  /// Figures of slabs, which a cache that shares the slabs of another does not have.
  private static let figuresOfSlabs: Set<Figure> = [
    .slabs, .slabsByOrder, .fullSlabs, .partialSlabs, .emptySlabs, .slabsOnCPUs, .externalFragmentation, .packedSlabs,
    .orderFallbacks,
  ]

  /// Returns the text of a figure in a table, with its unit; `-` if it is not known.
  func cell(_ figure: Figure, nameWidth: Int) -> String {
    // The row of the cache that reports the slabs has these figures.
    if sharesSlabs, CacheSnapshot.figuresOfSlabs.contains(figure) { return "-" }
    if sharesSlabs, figure == .cacheName {
      let text = "\(name) in \(slabHolder)"
      return nameWidth == .max ? EscapedText.line(text) : EscapedText.line(text, width: nameWidth)
    }
    guard let value = value(of: figure) else { return "-" }
    switch value {
    case .text(let text): return nameWidth == .max ? EscapedText.line(text) : EscapedText.line(text, width: nameWidth)
    case .flag(let flag): return flag ? "yes" : "no"
    case .percentage(let percent): return FigureValue.tenths(percent) + " %"
    case .integer(let bytes) where figure.unit == .bytes:
      // The exact size of an object matters.
      return figure == .objectSize || figure == .stride ? "\(bytes) B" : ByteCount.text(bytes)
    case .integer(let count): return figure == .activeObjects && activeIsUpperBound == true ? "<=\(count)" : "\(count)"
    case .counts(let counts):
      let text = counts.enumerated().filter { $0.element > 0 }.map { "\($0.offset):\($0.element)" }
      return text.isEmpty ? "-" : text.joined(separator: " ")
    }
  }
}

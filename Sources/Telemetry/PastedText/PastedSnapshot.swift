/// Slab figures of a pasted text, such as a bug report.
package struct PastedSnapshot: Sendable, Hashable {
  /// Form of the text.
  package var form: PastedForm
  /// Caches in the order of the text.
  package var caches: [PastedCache]
  /// Sentences for the user: rows without figures, and slab debugging.
  package var notes: [String]

  /// Reads a text that contains slab figures in any of the forms, quoted, indented, with times before its lines, or between
  /// other lines.
  /// - Returns: nil if the text contains none of the forms.
  /// - Throws: `SlabinfoDecoder.ParseError` for the first row that has the shape of its form and impossible figures.
  package static func read(_ text: String) throws(SlabinfoDecoder.ParseError) -> PastedSnapshot? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { PastedLine($1, number: $0 + 1) }
    let readers: [any PastedFormReader] = [
      PastedSlabinfo(), PastedSlabtop(), PastedCrash(), PastedOutOfMemory(), PastedNodeExporter(), PastedVmstat(),
    ]
    for var reader in readers {
      for line in lines where !line.words.isEmpty { try reader.read(line) }
      var caches = reader.caches
      guard !caches.isEmpty || !reader.unreadable.isEmpty else { continue }
      for index in caches.indices { caches[index].deriveFigures() }
      var notes = reader.notes
      if !reader.unreadable.isEmpty {
        notes.append("Rows without figures (?) were skipped: \(reader.unreadable.joined(separator: ", ")).")
      }
      let debugged = SlabDebugging.caches(caches)
      if !debugged.isEmpty {
        notes.append(
          "this kernel runs with slab debugging: the objects of \(debugged.joined(separator: ", ")) contain debug metadata"
        )
      }
      return PastedSnapshot(form: reader.form, caches: caches, notes: notes)
    }
    return nil
  }
}

/// Reader of one form. It receives every line and collects the rows that have the shape of the form.
protocol PastedFormReader {
  var form: PastedForm { get }
  /// Caches of the rows so far.
  var caches: [PastedCache] { get }
  /// Names of the caches whose rows have question marks in place of figures.
  var unreadable: [String] { get }
  /// Sentences for the user.
  var notes: [String] { get }
  /// Reads a line that has at least one word.
  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.ParseError)
}

extension Snapshot {
  /// Creates the snapshot of a pasted text. Figures that its form lacks are unknown.
  package init(_ pasted: PastedSnapshot) {
    self.init()
    (source, notes, knowsRequestedBytes) = (pasted.form.rawValue, pasted.notes, false)
    unknownFigures = .machine
    caches = pasted.caches.map { CacheSnapshot($0) }
    let hasBytes = caches.allSatisfy { $0.liveBytes != nil && $0.knows(.slabBytes) }
    guard hasBytes, !caches.isEmpty else {
      unknownFigures.insert(.ledger)
      return
    }
    for index in caches.indices { ledger.add(caches[index]) }
    ledger.markPartsUnknownToKernel(caches)
    (ledger[known: .otherUse], ledger[known: .freePages]) = (nil, nil)
    memoryBytes = ledger.sum
  }
}

extension PastedFormReader {
  var unreadable: [String] { [] }
  var notes: [String] { [] }
}

/// The slab figures of a pasted text: its form, its caches, and the lines that were not understood.
package struct PastedSnapshot: Sendable, Hashable {
  /// Form of the text.
  package var form: PastedForm
  /// The caches, in the text's order.
  package var caches: [PastedCache]
  /// Sentences for the user: rows without figures, lines that were passed over, slab debugging.
  package var notes: [String]

  /// Reads a text that contains slab figures in any of the forms, quoted, indented, with times before its lines, or between
  /// other lines.
  /// - Returns: nil if the text contains none of the forms.
  /// - Throws: `SlabinfoDecoder.Mistake` for the first row that has the shape of its form and impossible figures.
  package static func read(_ text: String) throws(SlabinfoDecoder.Mistake) -> PastedSnapshot? {
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
        notes.append("skipped without figures: \(reader.unreadable.joined(separator: ", "))")
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

/// A reader of one form: it receives every line and collects the rows that have the form's shape.
protocol PastedFormReader {
  var form: PastedForm { get }
  /// Caches of the rows so far.
  var caches: [PastedCache] { get }
  /// Names of the caches whose rows have question marks in place of figures.
  var unreadable: [String] { get }
  /// Sentences for the user.
  var notes: [String] { get }
  /// Reads a line that has at least one word.
  mutating func read(_ line: PastedLine) throws(SlabinfoDecoder.Mistake)
}

extension PastedFormReader {
  var unreadable: [String] { [] }
  var notes: [String] { [] }
}

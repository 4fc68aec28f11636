package import Recordings

/// Imports a text in parts of at most `piece` bytes.
package func importText(_ text: String, piece: Int = .max) throws -> (
  importer: TraceTextImporter, events: [AllocationEvent]
) {
  try importBytes(Array(text.utf8), piece: piece)
}

/// Imports the bytes of a text in parts of at most `piece` bytes.
package func importBytes(_ bytes: [UInt8], piece: Int = .max) throws -> (
  importer: TraceTextImporter, events: [AllocationEvent]
) {
  var importer = TraceTextImporter()
  var events: [AllocationEvent] = []
  try bytes.withUnsafeBytes { all in
    var rest = all[...]
    while !rest.isEmpty {
      let part = rest.prefix(piece)
      try importer.read(UnsafeRawBufferPointer(rebasing: part), into: &events)
      rest = rest.dropFirst(part.count)
    }
  }
  try importer.finish(into: &events)
  return (importer, events)
}

/// Returns the bytes of a .slabtrace file with the events of a trace text.
package func slabtrace(_ text: [UInt8]) throws -> [UInt8] {
  let (importer, events) = try importBytes(text, piece: 1 << 20)
  var writer = SlabtraceWriter(name: "test", summary: "a test")
  writer.append(events, symbols: importer.symbols)
  return writer.finish(symbols: importer.symbols, counts: importer.counts)
}

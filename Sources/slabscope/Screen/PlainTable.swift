import Telemetry
import TextOutput

/// Table of a snapshot for the plain text view: the caches with the most slab memory, and their growth since the table before.
struct PlainTable {
  private let snapshot: Snapshot
  private let previous: Snapshot?

  /// Greatest number of caches in a table.
  private static let rows = 12

  /// - Parameter previous: the snapshot of the table before; nil for the first table, which has no growth.
  init(_ snapshot: Snapshot, since previous: Snapshot?) {
    (self.snapshot, self.previous) = (snapshot, previous)
  }

  /// The lines of the table, at most 80 columns wide, without control sequences.
  /// - Parameter heading: first words of the line above the table: the time and the name of the source.
  func text(heading: String) -> String {
    var table = TextTable(columns: [
      ("CACHE", .left(26)), ("ACTIVE", .right(10)), ("TOTAL", .right(10)), ("SLAB KIB", .right(10)),
      ("GROWTH", .right(10)), ("KIB", .right(8)),
    ])
    let before = Dictionary((previous?.caches ?? []).map { ($0.name, $0) }) { first, _ in first }
    let caches = snapshot.caches.filter(\.isUsed).sorted {
      ($1.slabBytes, $0.name) < ($0.slabBytes, $1.name)
    }
    if caches.isEmpty { return summary(heading) + "\n" }
    for cache in caches.prefix(PlainTable.rows) {
      // A cache that did not exist has grown from 0.
      let (objects, bytes) = (before[cache.name]?.activeObjects ?? 0, before[cache.name]?.slabBytes ?? 0)
      table.add([
        EscapedText.line(cache.name), known(cache.activeObjects, cache.knows(.activeObjects)),
        known(cache.totalObjects, cache.knows(.totalObjects)), known(cache.slabBytes >> 10, cache.knows(.slabBytes)),
        growth(cache.activeObjects - objects, cache.knows(.activeObjects)),
        growth(cache.slabBytes / 1024 - bytes / 1024, cache.knows(.slabBytes)),
      ])
    }
    if caches.count > PlainTable.rows { table.add(line: "\(caches.count - PlainTable.rows) more caches") }
    return ([summary(heading)] + table.lines).joined(separator: "\n") + "\n"
  }

  private func summary(_ heading: String) -> String {
    let total = "\(EscapedText.line(heading)): \(snapshot.slabBytes >> 10) KiB in slabs"
    guard let previous else { return total }
    return total + ", growth \(growth(snapshot.slabBytes / 1024 - previous.slabBytes / 1024)) KiB"
  }

  private func known(_ figure: Int, _ isKnown: Bool) -> String { isKnown ? String(figure) : "-" }

  /// Returns a change with its sign, `-` if it is not known.
  private func growth(_ change: Int, _ isKnown: Bool = true) -> String {
    previous == nil || !isKnown ? "-" : change > 0 ? "+\(change)" : "\(change)"
  }
}

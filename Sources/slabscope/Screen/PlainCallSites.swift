import Profiles
import TextOutput

/// Table of the call sites with the most live bytes for the plain text view, and their growth since the table before.
struct PlainCallSites {
  private let profile: AllocationProfile?
  private let previous: AllocationProfile?

  /// Greatest number of call sites in a table.
  private static let rows = 6

  /// - Parameters:
  ///   - profile: the profile of the source; nil if it has none.
  ///   - previous: the profile of the table before; nil for the first table, which has no growth.
  init(_ profile: AllocationProfile?, since previous: AllocationProfile?) {
    (self.profile, self.previous) = (profile, previous)
  }

  /// The lines of the table, at most 80 columns wide, without control sequences; empty if no object is live.
  var text: String {
    let live = (profile?.rows(by: .site) ?? []).filter { $0.figures.liveObjects > 0 }.sorted {
      ($1.figures.liveBytes, $0.site ?? "") < ($0.figures.liveBytes, $1.site ?? "")
    }
    guard !live.isEmpty else { return "" }
    let before = Dictionary(
      (previous?.rows(by: .site) ?? []).map { ($0.site, $0.figures) }, uniquingKeysWith: { first, _ in first })
    var table = TextTable(columns: [
      ("CALL SITE", .left(38)), ("LIVE", .right(10)), ("LIVE KIB", .right(10)), ("GROWTH", .right(10)),
      ("KIB", .right(8)),
    ])
    for row in live.prefix(PlainCallSites.rows) {
      let (figures, old) = (row.figures, before[row.site] ?? AllocationFigures())
      table.add([
        EscapedText.line(row.site ?? "?"), "\(figures.liveObjects)", "\(figures.liveBytes >> 10)",
        growth(figures.liveObjects - old.liveObjects), growth(figures.liveBytes / 1024 - old.liveBytes / 1024),
      ])
    }
    if live.count > PlainCallSites.rows { table.add(line: "\(live.count - PlainCallSites.rows) more call sites") }
    return table.lines.joined(separator: "\n") + "\n"
  }

  /// Returns a change with its sign, `-` if it is not known.
  private func growth(_ change: Int) -> String { previous == nil ? "-" : change > 0 ? "+\(change)" : "\(change)" }
}

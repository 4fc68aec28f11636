import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Figures that the source does not know: the table shows `-`, sorts them last, and filters do not match them.
@Suite struct UnknownFigureTests {
  /// A cache of which only the name and the slab memory are known, as in an out-of-memory report, beside known caches.
  private func dashboard() -> DashboardState {
    var state = watchedDashboard(Size(width: 400, height: 40), seconds: 0)
    (state.columns, state.panes) = (CacheColumn.allCases, Panes(preset: .table))
    for second in 1...3 {
      var machine = snapshot(second: second)
      var cache = CacheSnapshot(name: "reported")
      cache.slabBytes = 12 << 20
      cache.unknownFigures = [
        .objectSize, .stride, .activeObjects, .totalObjects, .objectsInMagazines, .slabs, .slabsByOrder, .tailBytes,
        .preferredOrder, .objectsPerPreferredSlab, .magazineCapacity, .orderFallbacks,
      ]
      machine.caches.append(cache)
      _ = state.update(.refreshed(machine, state.status, seconds: 1))
    }
    return state
  }

  @Test func unknownFiguresAreDashes() {
    let text = DashboardView.draw(dashboard(), theme: .midnight, glyphs: .unicode).text()
    let row = text.split(separator: "\n").first { $0.hasPrefix("reported") } ?? ""
    let cells = row.split(separator: " ").map(String.init)
    #expect(cells.starts(with: ["reported", "-", "-", "-", "-", "-", "12.0", "MiB"]), "\(row)")
    #expect(!cells.contains("0") && !cells.contains("0%") && !cells.contains("0/0"), "\(row)")
    // The growth of the slab memory is known.
    #expect(cells.filter { $0 != "-" } == ["reported", "12.0", "MiB", "+12.0", "MiB"], "\(row)")
  }

  @Test(arguments: CacheColumn.allCases.filter { $0.isSortable && ![.name, .slabMemory, .growth].contains($0) })
  func unknownFiguresComeLastAndMatchNoFilter(column: CacheColumn) throws {
    var state = dashboard()
    for isInverted in [false, true] {
      state.order = CacheList.Order(column: column, isInverted: isInverted)
      _ = state.updateRows()
      let names = state.rows.map(\.name)
      let unknown = names.filter { name in
        state.snapshot?.caches.first { $0.name == name }.map { column.value(of: $0, state.cacheRates).isNaN } ?? false
      }
      #expect(unknown.contains("reported") && Set(names.suffix(unknown.count)) == Set(unknown), "\(names)")
    }
    for sign in ["<", ">", "<=", ">=", "=", "!="] {
      let query = try CacheQuery("\(column.rawValue) \(sign) 1 and name = reported")
      #expect(state.snapshot?.caches.contains { query.includes($0, state.cacheRates) } == false, "\(sign)")
    }
  }
}

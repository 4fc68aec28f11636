import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Columns of the cache table: the chooser, scrolling sideways and the slabs by order.
@Suite struct ColumnTests {
  // MARK: Chooser

  @Test func columnsAreAddedRemovedAndMoved() throws {
    var state = watchedDashboard(Size(width: 120, height: 40))
    press(&state, .function(2))
    try expectGolden(draw(state), "columns")
    // ACTIVE moves right, USE is removed, NAME cannot be removed, the last of the other columns is added.
    press(&state, .down, .right, .right, .home, .down, .character(" "), .home, .character(" "))
    press(&state, .end, .enter, .escape)
    #expect(
      state.columns == [
        .name, .slabs, .active, .orders, .slabMemory, .objectSize, .waste, .rate, .trend, .older,
      ])
    #expect(state.mode == .browsing)
    // A second Space undoes the first.
    let columns = state.columns
    press(&state, .character("O"), .end, .character(" "), .character(" "), .escape)
    #expect(state.columns == columns)
    press(&state, .character("O"), .character("r"), .escape)
    #expect(state.columns == CacheColumn.standard)
  }

  @Test func cursorStaysOnItsColumn() {
    var state = watchedDashboard(Size(width: 120, height: 24))
    press(&state, .function(2), .down, .down, .down)
    #expect(cursor(state) == .slabs)
    // Moving takes the cursor along; showing and hiding leaves every line in its place.
    press(&state, .right, .right)
    #expect(cursor(state) == .slabs && state.columns[5] == .slabs)
    let lines = state.chooser.order
    press(&state, .character(" "))
    #expect(cursor(state) == .slabs && !state.columns.contains(.slabs) && state.chooser.order == lines)
    press(&state, .down, .character(" "), .down, .character(" "), .up, .up)
    #expect(cursor(state) == .slabs && state.chooser.order == lines)
    press(&state, .character(" "))
    #expect(state.columns[5] == .slabs)
    // The cursor and the lines are kept when the chooser is opened again, and the cursor when the columns are reset.
    press(&state, .escape, .function(2))
    #expect(cursor(state) == .slabs && state.chooser.order == lines)
    press(&state, .character("r"))
    #expect(cursor(state) == .slabs && state.columns == CacheColumn.standard)
    // The selected line is visible in a window with few lines.
    press(&state, .end, .escape, .function(2))
    #expect(cursor(state) == CacheColumn.allCases.last && draw(state).contains("[ ] OLDER"))
  }

  @Test func nameColumnStaysFirst() {
    var state = watchedDashboard(Size(width: 120, height: 24))
    press(&state, .function(2), .right, .down, .left)
    #expect(state.columns == CacheColumn.standard)
  }

  // MARK: Scrolling

  @Test func narrowTableShowsTheEssentialColumnsFirst() {
    let state = watchedDashboard(Size(width: 80, height: 24))
    let heading = heading(state)
    for title in ["CACHE", "ACTIVE/TOTAL", "USE", "SLABS", "ORDERS", "SLAB MEM", "OBJSIZE"] {
      #expect(heading.contains(title), "\(title)")
    }
    #expect(heading.contains("3 more )"))
  }

  @Test(arguments: [60, 80, 95, 120, 160])
  func everyColumnCanBeScrolledIntoView(width: Int) {
    var state = watchedDashboard(Size(width: width, height: 24))
    (state.columns, state.panes) = (CacheColumn.allCases, Panes(preset: .table))
    var seen: Set<String> = []
    for _ in CacheColumn.allCases {
      let heading = heading(state)
      #expect(heading.hasPrefix("CACHE") && !heading.contains("…"), "\(heading)")
      seen.formUnion(CacheColumn.allCases.map(\.title).filter(heading.contains))
      press(&state, .character(")"))
    }
    #expect(seen == Set(CacheColumn.allCases.map(\.title)))
    // At the end the last column is visible, and nothing is hidden on the right.
    #expect(heading(state).contains(CacheColumn.allCases.last?.title ?? "?") && !heading(state).contains(" )"))
    for _ in CacheColumn.allCases { press(&state, .character("(")) }
    #expect(state.firstColumn == 0 && !heading(state).contains("( "))
  }

  @Test func hintCountsTheHiddenColumns() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    press(&state, .character(")"), .character(")"))
    #expect(heading(state).hasPrefix("CACHE") && heading(state).contains("( 2"))
    let table = CacheTablePanel.table(of: state, theme: .midnight, glyphs: .unicode)
    let visible = table.placements(in: 80).map(\.column)
    #expect(visible.first == 0 && visible.dropFirst().first == 3)
    #expect(table.scrollHint(table.placements(in: 80), room: 40).contains("2+") || visible.last == 9)
    #expect(table.scrollHint(table.placements(in: 80), room: 3).isEmpty)
    press(&state, .character(")"), .character(")"), .character(")"), .character(")"))
    #expect(state.firstColumn == table.lastColumnOffset(in: 80))
  }

  @Test func sortColumnIsScrolledIntoView() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    for _ in CacheColumn.standard.filter(\.isSortable) {
      press(&state, .character(">"))
      #expect(heading(state).contains("▲") || heading(state).contains("▼"), "\(state.order.column)")
    }
  }

  @Test func wideTableHasNoHint() {
    var state = watchedDashboard(Size(width: 140, height: 40))
    #expect(!heading(state).contains("more"))
    press(&state, .character(")"))
    #expect(state.firstColumn == 0 && state.notice?.text == "All columns are visible; O adds more")
  }

  @Test func clicksSortByTheScrolledColumn() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    for _ in 0..<9 { press(&state, .character(")")) }
    let top = state.layout.table.minY
    let x = heading(state).distance(of: "WASTE") ?? 0
    _ = state.update(.input(.mouse(MouseEvent(.press(.left), at: Point(x: x, y: top)))))
    #expect(state.order.column == .waste)
  }

  // MARK: Slabs by order

  @Test(arguments: [Theme.midnight.adapted(to: .none), .midnight], [GlyphSet.unicode, .ascii])
  func everyOrderHasItsDigit(theme: Theme, glyphs: GlyphSet) {
    for width in 11...20 {
      for orders in [[0], [0, 1, 3], [2, 10], Array(0...10)] {
        let slabs = (0...10).map { orders.contains($0) ? 1 + $0 * $0 * 7 : 0 }
        var canvas = Canvas(size: Size(width: width, height: 1), filledWith: Cell(" ", style: .plain))
        canvas.draw(
          OrderBar(slabs: slabs, theme: theme, glyphs: glyphs), in: Rect(x: 0, y: 0, width: width, height: 1))
        let text = canvas.text()
        #expect(text.filter(\.isHexDigit).map(String.init) == orders.map { String(OrderBar.digit($0)) }, "\(text)")
        #expect(text.count == width, "\(text)")
      }
    }
  }

  @Test func barIsAsLongAsTheShareOfTheSlabs() {
    var canvas = Canvas(size: Size(width: 12, height: 1), filledWith: Cell(" ", style: .plain))
    let bar = OrderBar(slabs: [6, 0, 3, 3], theme: .monochrome, glyphs: .ascii)
    canvas.draw(bar, in: Rect(x: 0, y: 0, width: 12, height: 1))
    #expect(canvas.text() == "0=====2==3==")
  }

  @Test func ordersAreExplainedInTheHelp() {
    var state = watchedDashboard(Size(width: 200, height: 200))
    press(&state, .character("h"))
    #expect(draw(state).contains(OrderBar.legend) && draw(state).contains("Page orders, in the colours"))
  }

  // MARK: Helpers

  private func cursor(_ state: DashboardState) -> CacheColumn? {
    guard case .columns(let selection) = state.mode else { return nil }
    return state.chooser.order[selection.selected]
  }

  private func press(_ state: inout DashboardState, _ keys: Key...) {
    for key in keys { _ = state.update(.input(.key(key))) }
  }

  private func draw(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }

  private func heading(_ state: DashboardState) -> String {
    draw(state).split(separator: "\n").first { $0.hasPrefix("CACHE") }.map(String.init) ?? ""
  }
}

extension String {
  /// Returns the number of characters before a word; nil if the text does not contain it.
  fileprivate func distance(of word: String) -> Int? {
    firstRange(of: word).map { distance(from: startIndex, to: $0.lowerBound) }
  }
}

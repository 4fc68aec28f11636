import TerminalUI
import Testing

@Suite struct LayoutTests {
  @Test func sharesDivideTheCellsThatFixedPartsLeave() {
    let rect = Rect(x: 2, y: 1, width: 11, height: 4)
    let wide = rect.columns([.fixed(3), .share(1), .share(2)])
    let narrow = Rect(x: 0, y: 0, width: 4, height: 1).columns([.fixed(3), .fixed(3), .share(1)])
    #expect(wide.map(\.minX) == [2, 5, 8] && wide.map(\.width) == [3, 3, 5])
    #expect(narrow.map(\.width) == [3, 1, 0])
  }

  @Test func apportionmentSumsToTheTotal() {
    #expect(apportion(10, by: [1, 1, 1]) == [4, 3, 3])
    #expect(apportion(10, by: [97, 1, 1, 1, 0], minimumOneCell: true) == [7, 1, 1, 1, 0])
    #expect(apportion(2, by: [97, 1, 1, 1], minimumOneCell: true) == [2, 0, 0, 0])
    #expect(apportion(5, by: [0, .nan, -1]) == [0, 0, 0])
    #expect(apportion(0, by: [1]) == [0])
    for total in 1...60 {
      let shares = apportion(total, by: [3, 0.001, 40e9, 7, 7], minimumOneCell: true)
      #expect(shares.reduce(0, +) == total && shares.allSatisfy { $0 >= 0 })
    }
  }

  @Test func scrollingKeepsTheSelectionVisible() {
    var selection = ListSelection()
    selection.move(by: 25, rowCount: 30)
    let scrolled = selection.scrolled(rowCount: 30, height: 10)
    #expect(scrolled == ListSelection(selected: 25, offset: 16))
    var back = scrolled
    back.move(by: -3, rowCount: 30)
    #expect(back.scrolled(rowCount: 30, height: 10) == ListSelection(selected: 22, offset: 16))
    #expect(back.scrolled(rowCount: 5, height: 10) == ListSelection(selected: 4, offset: 0))
    #expect(back.scrolled(rowCount: 0, height: 10) == ListSelection(selected: 0, offset: 0))
  }

  @Test func columnsAreHiddenByPriorityAndFoundByPosition() {
    let table = Table(
      columns: [
        .init("A", width: 6, minimumWidth: 4), .init("B", width: 5, hidingOrder: 2),
        .init("C", width: 3, hidingOrder: 1),
      ],
      rowCount: 5, selection: ListSelection(selected: 4),
      appearance: .init(.monochrome, glyphs: .ascii)
    ) { _ in [] }
    #expect(
      [20, 14, 13, 9, 3].map { table.placements(in: $0).map(\.column) } == [
        [0, 1, 2], [0, 1, 2], [0, 2], [0, 2], [],
      ])
    #expect(table.placements(in: 15).map(\.width) == [5, 5, 3])

    let rect = Rect(x: 10, y: 5, width: 20, height: 3)
    let hits = [10, 15, 16, 17, 23].map { table.column(at: Point(x: $0, y: 5), in: rect) }
    #expect(hits == [0, 0, nil, 1, 2])
    #expect([5, 6, 7, 8].map { table.row(at: Point(x: 10, y: $0), in: rect) } == [nil, 3, 4, nil])
  }
}

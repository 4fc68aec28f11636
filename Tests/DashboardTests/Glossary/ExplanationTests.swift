import TerminalUI
import Testing

@testable import Dashboard

/// `?` in the dashboard: the pane that explains the term at the cursor.
@Suite struct ExplanationTests {
  @Test func questionMarkExplainsTheSortColumn() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    press(&state, .character(">"), .character("?"))
    let column = state.order.column
    #expect(text(state).contains("\(column.title): columns of the cache table"))
    #expect(text(state).contains(String(column.definition.prefix(40))) && text(state).contains("h whole help"))
    press(&state, .escape)
    #expect(state.mode == .browsing && !text(state).contains("h whole help"))
  }

  @Test func hOpensTheWholeHelp() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    press(&state, .character("?"), .character("h"))
    #expect(state.mode == .help(offset: 0))
  }

  @Test(arguments: DashboardPage.allCases)
  func arrowsReachEveryLabelOfThePage(page: DashboardPage) {
    var state = comparedDashboard(Size(width: 120, height: 40))
    if page != .caches { press(&state, .character(page.key)) }
    press(&state, .character("?"), .home)
    var reached: Set<String> = []
    for _ in state.terms {
      if case .explaining(let index, _) = state.mode { reached.insert(state.terms[index].definition) }
      press(&state, .down)
    }
    for label in page.labels where !label.label.isEmpty {
      #expect(reached.contains(label.definition), "\(label.label)")
    }
    #expect(reached.contains { $0.contains(page.help) })
    for label in HeaderPanel.labels { #expect(reached.contains(label.definition), "\(label.label)") }
  }

  @Test func sortColumnOfAListIsTheCursor() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    press(&state, .character("v"), .character("z"))
    _ = state.update(.refreshed(snapshot(second: 21), state.status, seconds: 1, details: everyDetail))
    press(&state, .character(">"), .character("?"))
    let title = state.activeList.flatMap { list in list.list.sort.map { list.list.columns[$0.column].title } }
    guard case .explaining(let index, _) = state.mode else {
      Issue.record("no term is explained")
      return
    }
    #expect(state.terms[index].term == title)
  }

  @Test func chooserIsShownAgain() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    press(&state, .character("O"), .end, .character("?"))
    let last = CacheColumn.allCases.last?.title ?? ""
    #expect(text(state).contains("\(last): columns of the cache table"))
    press(&state, .escape)
    guard case .columns(let selection) = state.mode else {
      Issue.record("the column chooser is not open")
      return
    }
    #expect(state.chooser.order[selection.selected].title == last)
  }

  @Test func everyExplanationFitsASmallScreen() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    press(&state, .character("?"), .home)
    for entry in state.terms {
      let words = entry.reading.last?.split(separator: " ").last.map(String.init) ?? ""
      #expect(text(state).contains(words) && text(state).contains("Esc close"), "\(entry.term)")
      press(&state, .down)
    }
  }

  private func press(_ state: inout DashboardState, _ keys: Key...) {
    for key in keys { _ = state.update(.input(.key(key))) }
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }
}

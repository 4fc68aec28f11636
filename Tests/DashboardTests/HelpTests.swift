import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

/// Help screen: definitions of the sort column and of the labels of the page in view.
@Suite struct HelpTests {
  @Test func helpBeginsWithTheSortColumn() {
    var state = watchedDashboard(Size(width: 160, height: 46))
    #expect(openHelp(&state).contains("Sorted by SLAB MEM"))
    #expect(text(state).contains("SLAB MEM        Bytes of the cache's slabs."))
    #expect(
      text(state).contains(
        "unit bytes, JSON slab_bytes, CSV slab_bytes, metric slabscope_cache_slab_bytes, filter slabmem"))
    _ = state.update(.input(.key(.escape)))
    _ = state.update(.input(.key(.character(">"))))
    #expect(openHelp(&state).contains("Sorted by OBJSIZE") && text(state).contains(Figure.objectSize.definition))
  }

  @Test func helpDefinesEveryColumnOfTheTable() {
    var state = watchedDashboard(Size(width: 320, height: 80))
    state.columns = CacheColumn.allCases
    let help = openHelp(&state)
    for column in CacheColumn.allCases {
      #expect(help.contains(column.title) && help.contains(column.definition), "\(column)")
    }
  }

  @Test(arguments: DashboardPage.allCases)
  func helpBeginsWithTheLabelsOfThePage(page: DashboardPage) {
    var state = comparedDashboard(Size(width: 200, height: 60))
    if page != .caches { _ = state.update(.input(.key(.character(page.key)))) }
    let help = openHelp(&state)
    #expect(page.labels.isEmpty || help.contains("Labels of the page \(page.rawValue)"))
    for label in page.labels {
      #expect(help.contains(label.label) && help.contains(label.definition), "\(label.label)")
    }
  }

  @Test(arguments: DashboardPage.allCases)
  func everyDefinedLabelIsOnItsPage(page: DashboardPage) {
    var state = comparedDashboard(Size(width: 200, height: 60))
    if page != .caches { _ = state.update(.input(.key(.character(page.key)))) }
    var machine = snapshot(second: 31)
    for part in ByteLedger.Part.allCases { machine.ledger[part] += 4096 }
    machine.kernelSlabBytes = 1 << 20
    _ = state.update(
      .refreshed(machine, state.status, seconds: 1, compared: machine, details: everyDetail))
    let text = text(state)
    let hidden = Set([ByteLedger.Part.freePages, .otherUse].map(\.title))
    // The watch of a kernel has its own screens.
    let watched = Set(ReconciliationFigures.labels.map(\.label))
    for label in page.labels where !(page == .ledger && hidden.contains(label.label)) && !watched.contains(label.label)
    {
      #expect(text.contains(label.label), "\(label.label)")
    }
  }

  @Test func headerLabelsAreInTheHeader() {
    var state = comparedDashboard(Size(width: 240, height: 60))
    var machine = snapshot(second: 31)
    machine.unseenFreeBytes = 1000
    _ = state.update(.refreshed(machine, state.status, seconds: 1, compared: machine))
    for label in HeaderPanel.labels { #expect(text(state).contains(label.label), "\(label.label)") }
  }

  @Test func longDefinitionsAreBrokenAtTheWidthOfTheScreen() {
    let state = watchedDashboard(Size(width: 60, height: 24))
    for line in HelpPanel(state: state, theme: .midnight, glyphs: .unicode).popup(offset: 0).lines {
      // The popup has a margin of two columns, a border and a space on each side.
      #expect(line.reduce(0) { $0 + $1.text.count } <= 60 - 8, "\(line.map(\.text).joined())")
    }
    #expect(TextWrapping.lines(of: "one two three", width: 7) == ["one two", "three"])
    #expect(TextWrapping.lines(of: "unbreakable", width: 3) == ["unbreakable"])
  }

  private func openHelp(_ state: inout DashboardState) -> String {
    _ = state.update(.input(.key(.character("h"))))
    return text(state)
  }

  private func text(_ state: DashboardState) -> String {
    DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
  }
}

import Foundation
import TerminalUI
import Testing

@testable import Dashboard

/// Labels in narrow windows: each is drawn whole or not at all, and a mark says that there are more.
@Suite struct LabelTests {
  @Test(arguments: DashboardPage.allCases)
  func tabsNeverCutAName(view: DashboardPage) {
    var state = watchedDashboard(Size(width: 120, height: 40))
    if view != .caches { _ = state.update(.input(.key(.character(view.key)))) }
    let all = DashboardPage.allCases.map { "\($0.key) \($0.rawValue)" }
    for width in 40...200 {
      let row = draw(PageTabs(of: state, theme: .midnight, glyphs: .unicode), width)
      var words = row.split(separator: " ").map(String.init)
      var hidden = 0
      if words.first == "‹" { (hidden, words) = (hidden + (Int(words[1]) ?? 0), Array(words.dropFirst(3))) }
      if words.last == "›" { (hidden, words) = (hidden + (Int(words[words.count - 3]) ?? 0), Array(words.dropLast(3))) }
      let shown = stride(from: 0, to: words.count - 1, by: 2).map { "\(words[$0]) \(words[$0 + 1])" }
      #expect(shown.allSatisfy(all.contains) && shown.contains("\(view.key) \(view.rawValue)"), "\(width): \(row)")
      #expect(shown.count + hidden == all.count && words.count == 2 * shown.count, "\(width): \(row)")
    }
  }

  @Test func clicksOnTabsAndMarksShowTheirPages() {
    let state = watchedDashboard(Size(width: 60, height: 24))
    let tabs = PageTabs(of: state)
    let row = Rect(x: 0, y: 5, width: 60, height: 1)
    let text = draw(PageTabs(of: state, theme: .midnight, glyphs: .ascii), 60)
    let x = { (word: String) in
      text.range(of: word).map { text.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0
    }
    #expect(tabs.page(at: Point(x: x("ledger"), y: 5), in: row) == .ledger)
    let last = text.split(separator: " ").count / 2
    #expect(tabs.page(at: Point(x: x("more"), y: 5), in: row) == DashboardPage.allCases[last - 1], "\(text)")
    #expect(tabs.page(at: Point(x: 0, y: 5), in: row) == nil && tabs.page(at: Point(x: 9, y: 4), in: row) == nil)
  }

  @Test func keyBarNeverCutsALabel() {
    let state = watchedDashboard(Size(width: 120, height: 40))
    let labels =
      state.keys.bindings.filter { state.isOnKeyBar($0.action) }.compactMap(\.bar).map { "\($0.key)\($0.label)" } + [
        "1-3Workload"
      ]
    for width in 40...200 {
      let row = draw(FootPanel(state: state, theme: .midnight, glyphs: .unicode), width)
      var rest = row
      var hidden = 0
      if let mark = row.firstMatch(of: #/ \+([0-9]+)$/#) {
        hidden = Int(mark.1) ?? 0
        rest = String(row[..<mark.range.lowerBound])
      }
      let shown = rest.split(separator: " ").map(String.init)
      #expect(shown.allSatisfy(labels.contains) && shown.count + hidden == labels.count, "\(width): \(row)")
    }
  }

  @Test(arguments: ["e", "a", "J", "/", ":", "w", "ej"])
  func promptsNeverCutAWord(keys: String) {
    for width in 60...200 {
      var state = watchedDashboard(Size(width: width, height: 24))
      for key in keys { _ = state.update(.input(.key(.character(key)))) }
      let text = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
      let foot = text.split(separator: "\n", omittingEmptySubsequences: false).suffix(4).joined(separator: "\n")
      #expect(!foot.contains("…"), "\(width): \(foot)")
      if keys == "e" {
        for format in ExportFormat.allCases { #expect(foot.contains(format.choice.name), "\(width): \(format)") }
      }
      if keys == "J" { #expect(foot.contains("14:05:00")) }
    }
  }

  @Test func longNoticeContinuesInTheLineAbove() {
    var state = watchedDashboard(Size(width: 60, height: 24))
    let notice = "A notice of several words that is longer than the sixty columns of this window"
    _ = state.update(.exported(notice, isFailure: true))
    let lines = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text().split(separator: "\n").suffix(2)
    #expect(lines.map { $0.trimmingPrefix(" ") }.joined(separator: " ") == notice)
  }

  @Test(arguments: CacheColumn.allCases)
  func headingsFitTheirColumnsWithTheSortMark(column: CacheColumn) {
    let layout = column.layout
    #expect(layout.minimumWidth >= layout.title.count + (column.isSortable ? 1 : 0), "\(column.title)")
  }

  @Test func remarksInTheNameColumnAreWholeOrAbsent() {
    for width in 60...160 {
      var state = sharingDashboard(Size(width: width, height: 24))
      state.panes = Panes(preset: .table)
      let text = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text()
      let row = text.split(separator: "\n").first { $0.hasPrefix("▾ kmalloc-1k") } ?? ""
      #expect(row.contains(" 3 share ") || row.contains("kmalloc-1k   "), "\(width): \(row)")
    }
  }

  @Test func commandsAreCutBetweenWords() {
    for width in 60...160 {
      var state = watchedDashboard(Size(width: width, height: 40))
      _ = state.update(.input(.key(.character(":"))))
      let lines = DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text().split(separator: "\n")
      for command in state.keys.commands {
        guard let line = lines.first(where: { $0.contains("│ \(command.label)  ") && $0.contains("…") }) else {
          continue
        }
        let shown = line.prefix { $0 != "…" }.split(separator: " ").last.map(String.init) ?? ""
        let words = command.help.split(separator: " ").map(String.init)
        #expect(words.contains(shown), "\(width): \(line)")
      }
    }
  }

  private func draw(_ widget: some Widget, _ width: Int) -> String {
    var canvas = Canvas(size: Size(width: width, height: 1), filledWith: Cell(" ", style: .plain))
    canvas.draw(widget, in: Rect(x: 0, y: 0, width: width, height: 1))
    return canvas.text()
  }
}

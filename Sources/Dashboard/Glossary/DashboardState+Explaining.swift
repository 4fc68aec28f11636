import TerminalUI

/// Explanation of the term at the cursor.
extension DashboardState {
  /// Terms that can be explained on the page in view: its columns and labels, the page, the header, the parts of memory and, if the
  /// source has a policy, the keys of policy files.
  var terms: [GlossaryEntry] {
    let columns = self.columns + CacheColumn.allCases.filter { !self.columns.contains($0) }
    let titles = view == .caches ? columns.map(\.title) : []
    let page = Glossary.entries.filter { $0.group == GlossaryEntry.groupOfPages && $0.term == view.rawValue }
    return titles.flatMap { title in Glossary.columns.filter { $0.term == title } } + Glossary.labels(of: view) + page
      + Glossary.header + Glossary.parts + (status.source.has(.policyChoice) ? Glossary.options : [])
  }

  /// Index of the sort column of the list that keys act on among ``terms``.
  var termAtCursor: Int {
    let title =
      view == .caches ? order.column.title : activeList?.list.sort.flatMap { activeList?.list.columns[$0.column].title }
    return title.flatMap { title in terms.firstIndex { $0.term == title } } ?? 0
  }

  /// Handles a key while a term is explained.
  mutating func explain(_ key: Key, _ index: Int, isInChooser: Bool) -> [DashboardEffect] {
    let terms = terms
    var next = index
    switch key {
    case .down, .right, .tab, .character("j"), .character(">"): next += 1
    case .up, .left, .backtab, .character("k"), .character("<"): next -= 1
    case .pageDown, .character(" "): next = terms[index...].firstIndex { $0.group != terms[index].group } ?? index
    case .pageUp:
      next = terms[..<index].lastIndex { $0.group != terms[index].group } ?? 0
      next = terms.firstIndex { $0.group == terms[next].group } ?? 0
    case .home, .character("g"): next = 0
    case .end, .character("G"): next = terms.count - 1
    case .character("h"), .function(1):
      mode = .help(offset: 0)
      return []
    case .function(10): return [.quit]
    default:
      mode = .browsing
      if isInChooser { openColumnChooser() }
      return scroll()
    }
    mode = .explaining(index: min(max(0, next), terms.count - 1), isInChooser: isInChooser)
    return []
  }
}

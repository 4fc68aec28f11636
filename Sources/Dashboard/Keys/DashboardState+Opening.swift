import Telemetry
import TerminalUI

/// Enter on a row of a page's list, and the way back.
extension DashboardState {
  /// Opens what the selected row of the active list leads to.
  mutating func openSelectedRow() -> [DashboardEffect] {
    guard let list = activeList?.list else {
      notice = ("The \(view.rawValue) page has no list to open a row of.", false)
      return []
    }
    guard let index = list.selectedIndex else {
      notice = ("The list of \(list.id.noun) has no row to open.", false)
      return []
    }
    let popup = Mode.detail(list.id, rowID: list.rowIDs[index], offset: 0)
    switch list.detail(index) {
    case .text: mode = popup
    case .cacheTable(let cache): return open(cache, on: .caches)
    case .slabs(let cache): return open(cache, on: .slabs)
    case .moment(let time, let cache, _):
      guard let effects = showMoment(microseconds: time, cache: cache) else {
        mode = popup
        return []
      }
      return effects
    }
    return []
  }

  /// Returns to the page that Enter left, or to the caches.
  mutating func goBack() -> [DashboardEffect] {
    let origin = origin
    self.origin = nil
    guard let origin else { return show(.caches) + scroll() }
    let effects = origin.leftNow && isPast ? returnToNow() : []
    return effects + show(origin.page)
  }

  // MARK: The cache table

  /// Selects a cache in the cache table and shows a page of it.
  private mutating func open(_ cache: String, on page: DashboardPage) -> [DashboardEffect] {
    guard let effects = selectCache(cache) else {
      notice = ("The cache table does not list \(cache): it has no objects and no slabs.", false)
      return []
    }
    origin = Origin(page: view)
    return effects + show(page)
  }

  /// Selects a cache in the cache table. A filter or a folded pool that hides the cache is cleared or unfolded.
  /// - Returns: The resulting requests; nil if the table does not list the cache.
  private mutating func selectCache(_ name: String) -> [DashboardEffect]? {
    let filterBefore = filter
    // The row of a cache that shares slabs is below the row of its pool, which may have the same name.
    var row: Int? { rows.lastIndex { $0.name == name } }
    if row == nil, !filter.isEmpty {
      filter = ""
      rebuildList()
    }
    if row == nil, let snapshot, let pool = rows.first(where: { list.names(of: $0, in: snapshot).contains(name) }) {
      if !order.exceptions.insert(pool.name).inserted { order.exceptions.remove(pool.name) }
      rebuildList()
    }
    guard let row else {
      filter = filterBefore
      rebuildList()
      return nil
    }
    return selectRow(row)
  }

  // MARK: The history

  /// Shows the first kept snapshot at or after a time of the workload, with a cache selected.
  /// - Returns: The resulting requests; nil if the history does not have the time, or if the latest snapshot shows it.
  private mutating func showMoment(microseconds time: Int, cache: String?) -> [DashboardEffect]? {
    guard let index = historyIndex(microseconds: time) else { return nil }
    var effects: [DashboardEffect] = []
    if status.history != nil {
      let steps = index - (history.count - 1)
      guard steps != 0 else { return nil }
      effects = [.seek(.by(steps))]
      origin = Origin(page: view)
    } else {
      origin = Origin(page: view, leftNow: !isPast)
      effects = show(at: index)
    }
    effects += cache.flatMap { selectCache($0) } ?? []
    return effects + show(.caches) + scroll()
  }

  /// Returns the index of the first kept snapshot at or after a time of the workload; nil if the time is before the first or after the
  /// last.
  private func historyIndex(microseconds time: Int) -> Int? {
    guard !history.isEmpty else { return nil }
    var found: Int?
    var (index, firstTime) = (0, Int.max)
    history.forEach(from: 0, through: history.count - 1) { snapshot, _ in
      if index == 0 { firstTime = snapshot.timeMicroseconds }
      if found == nil, snapshot.timeMicroseconds >= time { found = index }
      index += 1
    }
    return time < firstTime ? nil : found
  }

  // MARK: The popup

  /// Returns the text of the popup of a row.
  func detailText(_ id: PageListID, _ rowID: String) -> RowText {
    guard let list = DashboardView.placedLists(of: self).first(where: { $0.list.id == id })?.list,
      let index = list.rowIDs.firstIndex(of: rowID)
    else {
      return RowText(title: "Row", lines: [.sentence("The list does not have this row any more.")])
    }
    switch list.detail(index) {
    case .text(let text): return text
    case .moment(_, _, var text):
      text.lines.append(.sentence("The history has no snapshot of this moment besides the latest, or none any more."))
      return text
    case .cacheTable(let cache), .slabs(let cache): return RowText(title: cache, lines: [])
    }
  }

  /// Handles a key while the popup of a row is shown.
  mutating func scrollDetail(_ key: Key, _ list: PageListID, _ rowID: String, from offset: Int) -> [DashboardEffect] {
    let page = max(1, size.height - 4)
    let last = RowDetailPanel.lastOffset(of: detailText(list, rowID), on: size)
    func scroll(to offset: Int) -> Mode { .detail(list, rowID: rowID, offset: min(max(0, offset), last)) }
    switch key {
    case .down, .character("j"): mode = scroll(to: offset + 1)
    case .up, .character("k"): mode = scroll(to: offset - 1)
    case .pageDown, .character(" "): mode = scroll(to: offset + page)
    case .pageUp: mode = scroll(to: offset - page)
    case .home, .character("g"): mode = scroll(to: 0)
    case .end, .character("G"): mode = scroll(to: last)
    case .function(10): return [.quit]
    default: mode = .browsing
    }
    return []
  }
}

import Telemetry
import TerminalUI

/// Actions of keys while nothing is being typed.
extension DashboardState {
  /// Performs an action, or refuses it if the source does not support it, and returns the resulting requests.
  mutating func perform(_ action: KeyMap.Action) -> [DashboardEffect] {
    if let refusal = status.source.refusal(of: action.requiredCapability) {
      notice = (refusal, true)
      return []
    }
    if view != .caches, let effects = performOnList(action) { return effects }
    switch action {
    case .workload(let index):
      guard status.workloads.indices.contains(index) else {
        notice = ("There are \(status.workloads.count) workloads: press w to list them", false)
        return []
      }
      return [.switchWorkload(index)]
    case .pause: return [.setPaused(!status.isPaused)]
    case .stepEvents(let count): return [.play(events: count)]
    case .faster: return [.changeSpeed(1)]
    case .slower: return [.changeSpeed(-1)]
    case .move(let distance): return move(by: distance)
    case .movePage(let pages): return move(by: pages * max(1, layout.tableRows - 1))
    case .first: return move(by: -rows.count)
    case .last: return move(by: rows.count)
    case .sortLeft: return sort(by: -1)
    case .sortRight: return sort(by: 1)
    case .invert:
      order.isInverted.toggle()
      return updateRows()
    case .fold: return fold()
    case .foldAll:
      order.isUnfolded.toggle()
      order.exceptions = []
      return updateRows()
    case .follow: return follow()
    case .filter: mode = .filtering(TextField(filter))
    case .clearFilter:
      guard !filter.isEmpty else { return goBack() }
      filter = ""
      return updateRows()
    case .pick: mode = .picking(TextField(), ListSelection(selected: status.current))
    case .palette: mode = .commanding(TextField(), ListSelection())
    case .columns: openColumnChooser()
    case .scrollColumns(let distance): scrollColumns(by: distance)
    case .preset(let steps): return setPanes(panes.preset(advancedBy: steps))
    case .coloring:
      let all = SlabColoring.allCases
      coloring = all[((all.firstIndex(of: coloring) ?? 0) + 1) % all.count]
      notice = ("Colours of the slab map: \(coloring.title)", false)
    case .legend: panes.hidesLegend.toggle()
    case .others: panes.hidesOthers.toggle()
    case .expand: panes.isExpanded.toggle()
    case .page(let page):
      origin = nil
      return show(page == view ? .caches : page)
    case .turnPage(let distance):
      origin = nil
      let pages = DashboardPage.available(from: status.source)
      let index = (pages.firstIndex(of: view) ?? 0) + distance
      return show(pages[(index + pages.count) % pages.count])
    case .advise: return show(.sizes) + [.advise]
    case .applyAdvice: return [.applyAdvice]
    case .otherPolicy: return [.nextComparedPolicy]
    case .addSize: mode = .sizing(TextField())
    case .exportCache:
      guard let cache = actionCache else { break }
      return [.exportCache(cache)]
    case .nextList: notice = ("The caches page has one list only.", false)
    case .severity: notice = ("Only the events page can be filtered by severity: W shows it.", false)
    case .policy: return [.nextPolicy]
    case .squeeze: return [.squeeze(1)]
    case .release: return [.squeeze(-1)]
    case .highOrders: return [.toggleHighOrders]
    case .shuffling: return [.toggleShuffling]
    case .sizes: return [.toggleSizes]
    case .shrinkCache: askToShrink()
    case .stepBack: return step(by: -1)
    case .stepForward: return step(by: 1)
    case .jump: mode = .jumping(TextField())
    case .now: return returnToNow()
    case .mark: return mark()
    case .shorterSpan: return zoom(by: -1)
    case .longerSpan: return zoom(by: 1)
    case .theme: return [.nextTheme]
    case .export: mode = .exporting
    case .record: return [.toggleRecording]
    case .help: mode = .help(offset: 0)
    case .tour: return tour == nil ? startTour() : leaveTour()
    case .explain: mode = .explaining(index: termAtCursor, isInChooser: false)
    case .redraw: return [.redraw]
    case .quit: return [.quit]
    }
    return scroll()
  }

  private mutating func setPanes(_ panes: Panes) -> [DashboardEffect] {
    self.panes = panes
    notice = ("Layout \(panes.preset.rawValue): \(panes.preset.summary)", false)
    return (view == .caches ? [] : show(.caches)) + scroll()
  }

  /// Shows a page, and returns the resulting requests.
  package mutating func show(_ page: DashboardPage) -> [DashboardEffect] {
    guard page != view else { return [] }
    view = page
    return [.show(page)]
  }

  private mutating func sort(by step: Int) -> [DashboardEffect] {
    let columns = columns.filter(\.isSortable)
    guard !columns.isEmpty else { return [] }
    let index = columns.firstIndex(of: order.column) ?? 0
    (order.column, order.isInverted) = (columns[(index + step + columns.count) % columns.count], false)
    scrollColumns(to: order.column)
    return updateRows()
  }

  // MARK: The selection

  mutating func move(by distance: Int) -> [DashboardEffect] {
    (hasChosen, followed) = (true, nil)
    selection.move(by: distance, rowCount: rows.count)
    return select(rows.indices.contains(selection.selected) ? rows[selection.selected].id : nil)
  }

  /// Selects the row that was clicked.
  mutating func selectRow(_ row: Int) -> [DashboardEffect] {
    (hasChosen, followed) = (true, nil)
    selection.select(row, rowCount: rows.count)
    return select(rows[row].id)
  }

  /// Rebuilds the rows and keeps the selected cache selected. If that cache is gone, the row at its position is selected.
  mutating func updateRows() -> [DashboardEffect] {
    rebuildList()
    // A followed cache that was gone is selected again when it is back.
    if let followed, let index = rows.lastIndex(where: { $0.name == followed }) {
      selection.select(index, rowCount: rows.count)
      return select(rows[index].id)
    }
    if !hasChosen { selection.select(0, rowCount: rows.count) }
    if hasChosen, let index = rows.index(of: selectedRow, guess: selection.selected) {
      selection.select(index, rowCount: rows.count)
      return scroll()
    }
    selection.select(selection.selected, rowCount: rows.count)
    return select(rows.indices.contains(selection.selected) ? rows[selection.selected].id : nil)
  }

  private mutating func select(_ row: CacheRow.ID?) -> [DashboardEffect] {
    let isNew = row?.name != selectedRow?.name
    selectedRow = row
    return scroll() + (isNew ? [.watch(row?.name)] : [])
  }

  mutating func scroll() -> [DashboardEffect] {
    selection = selection.scrolled(rowCount: rows.count, height: layout.tableRows)
    return []
  }

  private mutating func follow() -> [DashboardEffect] {
    guard let selectedCache, followed != selectedCache else {
      (followed, notice) = (nil, ("No cache is followed any more", false))
      return updateRows()
    }
    (followed, hasChosen) = (selectedCache, true)
    notice = ("\(selectedCache) is followed: it remains selected under any filter and workload", false)
    return updateRows()
  }

  // MARK: Caches that share slabs

  private mutating func fold() -> [DashboardEffect] {
    guard rows.indices.contains(selection.selected) else { return [] }
    // On a cache that shares slabs, the key folds the pool: the nearest row above that is not one of its caches.
    guard let pool = rows[...selection.selected].last(where: { !$0.id.isSharer }), case .pool = pool.kind else {
      notice = ("This cache shares its slabs with no other cache", false)
      return []
    }
    if !order.exceptions.insert(pool.name).inserted { order.exceptions.remove(pool.name) }
    (hasChosen, selectedRow) = (true, pool.id)
    return updateRows()
  }
}

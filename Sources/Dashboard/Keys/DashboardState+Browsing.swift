import Telemetry
import TerminalUI

/// What keys ask for while nothing is being typed.
extension DashboardState {
  mutating func perform(_ action: KeyMap.Action) -> [DashboardEffect] {
    if let refusal = status.source.refusal(of: action.requiredCapability) {
      notice = (refusal, true)
      return []
    }
    switch action {
    case .workload(let index):
      guard status.workloads.indices.contains(index) else {
        notice = ("there are \(status.workloads.count) workloads; w lists them", false)
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
      return followSelection()
    case .fold: return fold()
    case .foldAll:
      order.isUnfolded.toggle()
      order.exceptions = []
      return followSelection()
    case .follow: return follow()
    case .filter: mode = .filtering(TextField(filter))
    case .clearFilter:
      filter = ""
      return followSelection()
    case .pick: mode = .picking(TextField(), ListSelection(selected: status.current))
    case .palette: mode = .commanding(TextField(), ListSelection())
    case .columns: mode = .columns(ListSelection())
    case .preset(let steps): return arrange(panes.turned(by: steps))
    case .coloring:
      let all = SlabColoring.allCases
      coloring = all[((all.firstIndex(of: coloring) ?? 0) + 1) % all.count]
      notice = ("colours of the map: \(coloring.title)", false)
    case .legend: panes.hidesLegend.toggle()
    case .others: panes.hidesOthers.toggle()
    case .expand: panes.isExpanded.toggle()
    case .page(let page):
      return show(page == view ? .caches : page)
    case .turnPage(let distance):
      let pages = DashboardPage.available(from: status.source)
      let index = (pages.firstIndex(of: view) ?? 0) + distance
      return show(pages[(index + pages.count) % pages.count])
    case .advise: return show(.sizes) + [.advise]
    case .applyAdvice: return [.applyAdvice]
    case .otherPolicy: return [.nextOtherPolicy]
    case .addSize: mode = .sizing(TextField())
    case .exportCache:
      guard let selectedCache else { break }
      return [.exportCache(selectedCache)]
    case .policy: return [.nextPolicy]
    case .squeeze: return [.squeeze(1)]
    case .release: return [.squeeze(-1)]
    case .highOrders: return [.toggleHighOrders]
    case .shuffling: return [.toggleShuffling]
    case .sizes: return [.toggleSizes]
    case .stepBack: return step(by: -1)
    case .stepForward: return step(by: 1)
    case .jump: mode = .jumping(TextField())
    case .now: return returnToNow()
    case .mark: return mark()
    case .theme: return [.nextTheme]
    case .export: mode = .exporting
    case .help: mode = .help(offset: 0)
    case .redraw: return [.redraw]
    case .quit: return [.quit]
    }
    return scroll()
  }

  private mutating func arrange(_ panes: Panes) -> [DashboardEffect] {
    self.panes = panes
    notice = ("layout \(panes.preset.rawValue): \(panes.preset.summary)", false)
    return (view == .caches ? [] : show(.caches)) + scroll()
  }

  private mutating func show(_ page: DashboardPage) -> [DashboardEffect] {
    guard page != view else { return [] }
    view = page
    return [.show(page)]
  }

  private mutating func sort(by step: Int) -> [DashboardEffect] {
    let columns = columns.filter(\.isSortable)
    guard !columns.isEmpty else { return [] }
    let index = columns.firstIndex(of: order.column) ?? 0
    (order.column, order.isInverted) = (columns[(index + step + columns.count) % columns.count], false)
    return followSelection()
  }

  // MARK: The selection

  mutating func move(by distance: Int) -> [DashboardEffect] {
    (hasChosen, followed) = (true, nil)
    selection.move(by: distance, rowCount: rows.count)
    return select(rows.indices.contains(selection.selected) ? rows[selection.selected].id : nil)
  }

  /// Selects what was clicked.
  mutating func choose(row: Int) -> [DashboardEffect] {
    (hasChosen, followed) = (true, nil)
    selection.select(row, rowCount: rows.count)
    return select(rows[row].id)
  }

  /// Lists the caches anew, and keeps the selected one selected, wherever its row went; the row, when the cache is gone.
  mutating func followSelection() -> [DashboardEffect] {
    arrange()
    // Gone for now, it is selected again as soon as it is back.
    if let followed, let index = rows.lastIndex(where: { $0.name == followed }) {
      selection.select(index, rowCount: rows.count)
      return select(rows[index].id)
    }
    if !hasChosen { selection.select(0, rowCount: rows.count) }
    if hasChosen, let index = rows.firstIndex(where: { $0.id == selectedRow }) {
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
      (followed, notice) = (nil, ("nothing is followed any more", false))
      return followSelection()
    }
    (followed, hasChosen) = (selectedCache, true)
    notice = ("\(selectedCache) is followed: it stays selected whatever plays and whatever is filtered", false)
    return followSelection()
  }

  // MARK: Caches that share slabs

  private mutating func fold() -> [DashboardEffect] {
    guard rows.indices.contains(selection.selected) else { return [] }
    // Of one of the sharers, the pool is meant: the nearest row above that is none.
    guard let pool = rows[...selection.selected].last(where: { !$0.id.isSharer }), case .pool = pool.kind else {
      notice = ("it shares its slabs with no other cache: nothing to unfold", false)
      return []
    }
    if !order.exceptions.insert(pool.name).inserted { order.exceptions.remove(pool.name) }
    (hasChosen, selectedRow) = (true, pool.id)
    return followSelection()
  }
}

import TerminalUI

/// Keys and clicks on the lists of pages.
extension DashboardState {
  /// Sort order, selection and filter of a list.
  func listState(_ id: PageListID) -> PageListState { listStates[id] ?? PageListState() }

  /// Returns the list of a page that keys act on.
  func focusedList(of page: DashboardPage, default id: PageListID) -> PageListID { focusedLists[page] ?? id }

  /// List of the page in view that keys act on; nil if the page has none.
  var activeList: PlacedList? {
    let lists = DashboardView.placedLists(of: self)
    return lists.first { $0.view.isFocused } ?? lists.first
  }

  /// Cache that keys for a single cache act on: the selected one of the cache table if it is in view, or the one of the selected row.
  var actionCache: String? {
    switch view {
    case .caches, .slabs: selectedCache
    default: activeList.flatMap { list in list.list.selectedIndex.flatMap { list.list.cache($0) } }
    }
  }

  /// Performs an action of the topics Moving and Table on the list of the page in view. A page without a list says so.
  /// - Returns: The resulting requests; nil if the action does not concern lists.
  mutating func performOnList(_ action: KeyMap.Action) -> [DashboardEffect]? {
    switch action {
    case .move(let distance): withList(to: "move in") { $0.moveSelection(by: distance, in: $1) }
    case .movePage(let pages):
      withList(to: "move in") {
        $0.moveSelection(by: pages * max(1, $1.view.visibleRows(in: $1.rect) - 1), in: $1)
      }
    case .first: withList(to: "move in") { $0.selectRow(0, in: $1.list) }
    case .last: withList(to: "move in") { $0.selectRow($1.list.count - 1, in: $1.list) }
    case .sortLeft: withList(to: "sort") { $0.sort($1, by: -1) }
    case .sortRight: withList(to: "sort") { $0.sort($1, by: 1) }
    case .invert: withList(to: "sort") { $0.listStates[$1.list.id, default: PageListState()].isInverted.toggle() }
    case .filter: withList(to: "filter") { $0.mode = .filtering(TextField($1.list.state.filter)) }
    case .clearFilter:
      guard !activeFilter.isEmpty else { return goBack() }
      activeFilter = ""
    case .nextList: focusNextList()
    case .severity:
      guard view == .events else { return nil }
      leastSeverity = leastSeverity.next
      notice = ("Events: \(leastSeverity.filterText)", false)
    case .fold: return openSelectedRow()
    case .foldAll: refuse("has no pools to unfold")
    case .follow: refuse("has no cache to follow")
    case .columns, .scrollColumns: refuse("has fixed columns")
    case .exportCache where actionCache == nil: refuse("has no selected cache to export")
    default: return nil
    }
    keepSelectedRows()
    return []
  }

  /// Stores the selected rows of the page in view, so that the selection follows them when figures change.
  mutating func keepSelectedRows() {
    guard view.listIDs.contains(where: { listState($0).selectedID != nil }) else { return }
    for placed in DashboardView.placedLists(of: self) {
      let list = placed.list
      guard list.state.selectedID != nil, let index = list.selectedIndex else { continue }
      store(index, in: list, height: placed.view.visibleRows(in: placed.rect))
    }
  }

  /// Selects the row or the sort column of a list at a point; a second click on the selected row opens it, a second click on the heading
  /// inverts the sort order.
  mutating func pressList(at point: Point) -> [DashboardEffect] {
    guard let placed = DashboardView.placedLists(of: self).first(where: { $0.rect.contains(point) }) else { return [] }
    let (list, table) = (placed.list, placed.view.table)
    let wasActive = activeList?.list.id == list.id
    focusedLists[view] = list.id
    let frame = placed.view.tableFrame(in: placed.rect)
    if let row = table.row(at: point, in: frame) {
      if wasActive, row == list.selectedIndex { return perform(.fold) }
      selectRow(row, in: list)
    } else if let index = table.column(at: point, in: frame), list.columns[index].isSortable {
      let isInverted = list.sort?.column == index && !list.state.isInverted
      setSort(list, column: list.columns[index].title, isInverted: isInverted)
    }
    keepSelectedRows()
    return []
  }

  // MARK: Lists

  private mutating func refuse(_ predicate: String) {
    notice = ("The \(view.rawValue) page \(predicate).", false)
  }

  /// Calls `body` with the active list, or says that the page has no list to do something with.
  private mutating func withList(to verb: String, _ body: (inout DashboardState, PlacedList) -> Void) {
    guard let list = activeList else { return refuse("has no list to \(verb)") }
    body(&self, list)
  }

  /// Moves the selection. A step of one row beyond the end of a list goes to the next list of the page.
  private mutating func moveSelection(by distance: Int, in placed: PlacedList) {
    let list = placed.list
    let selected = list.selectedIndex ?? 0
    if abs(distance) == 1, !(0..<list.count).contains(selected + distance) {
      let lists = DashboardView.placedLists(of: self)
      let next = (lists.firstIndex { $0.list.id == list.id } ?? 0) + distance
      if lists.indices.contains(next) {
        focusedLists[view] = lists[next].list.id
        return selectRow(distance > 0 ? 0 : lists[next].list.count - 1, in: lists[next].list)
      }
    }
    selectRow(selected + distance, in: list)
  }

  private mutating func selectRow(_ row: Int, in list: PageList) {
    guard list.count > 0 else { return }
    store(min(max(0, row), list.count - 1), in: list, height: nil)
  }

  /// Stores a selected row, and the scroll position for a list of `height` rows.
  private mutating func store(_ index: Int, in list: PageList, height: Int?) {
    var state = list.state
    (state.selectedID, state.selection) = (list.rowIDs[index], list.selection)
    state.selection.select(index, rowCount: list.count)
    if let height { state.selection = state.selection.scrolled(rowCount: list.count, height: height) }
    listStates[list.id] = state
  }

  private mutating func setSort(_ list: PageList, column: String, isInverted: Bool) {
    listStates[list.id, default: PageListState()].sortColumn = column
    listStates[list.id, default: PageListState()].isInverted = isInverted
  }

  /// Sorts by the next or previous visible column.
  private mutating func sort(_ placed: PlacedList, by step: Int) {
    let list = placed.list
    let visible = placed.view.table.placements(in: placed.view.tableFrame(in: placed.rect).width).map(\.column)
    let columns = visible.filter { list.columns[$0].isSortable }
    guard !columns.isEmpty else { return }
    let index = columns.firstIndex { $0 == list.sort?.column } ?? 0
    let next = columns[(index + step + columns.count) % columns.count]
    setSort(list, column: list.columns[next].title, isInverted: false)
  }

  private mutating func focusNextList() {
    let lists = DashboardView.placedLists(of: self).map(\.list.id)
    guard lists.count > 1 else { return refuse(lists.isEmpty ? "has no list" : "has one list only") }
    let index = lists.firstIndex { $0 == activeList?.list.id } ?? 0
    focusedLists[view] = lists[(index + 1) % lists.count]
  }
}

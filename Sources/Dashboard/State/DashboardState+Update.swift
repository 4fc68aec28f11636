import Telemetry
public import TerminalUI

extension DashboardState {
  /// The smallest screen that the dashboard can be drawn on.
  public static let smallestSize = Size(width: 60, height: 15)

  /// Takes in what happened, and returns what is to be done about it, in order.
  public mutating func update(_ message: DashboardMessage) -> [DashboardEffect] {
    switch message {
    case .input(let event): return handle(event)
    case .refreshed(let snapshot, let status, let seconds, let other, let details):
      latest = snapshot
      let dropped = moments.add(snapshot, seconds: seconds)
      if let index = shownMoment {
        // The past stays as it was, as long as it is kept.
        shownMoment = max(0, index - dropped)
      } else {
        self.snapshot = snapshot
      }
      (self.other, self.details) = (other, details)
      history.add(snapshot, other, seconds: seconds)
      ledgers.add(snapshot.ledger, seconds: seconds)
      events.add(snapshot)
      self.status = status
      rates.add(snapshot, seconds: seconds)
      return followSelection()
    case .exported(let text, let isFailure):
      notice = (text, isFailure)
      return []
    case .restarted:
      (rates, history, moments) = (RateHistory(), HeldHistory(), SnapshotHistory())
      (ledgers, events) = (LedgerHistory(), MachineEvents())
      (shownMoment, marked) = (nil, nil)
      return []
    }
  }

  private mutating func handle(_ event: InputEvent) -> [DashboardEffect] {
    switch event {
    case .key(let key): return handle(key)
    case .mouse(let mouse): return handle(mouse)
    case .resize(let size):
      self.size = size
      return []
    case .resumed(let size):
      self.size = size
      return [.redraw]
    case .terminate: return [.quit]
    }
  }

  private mutating func handle(_ key: Key) -> [DashboardEffect] {
    switch mode {
    case .browsing:
      guard let action = keys.action(for: key) else { return [] }
      notice = nil
      return perform(action)
    case .help(let offset): return scrollHelp(key, from: offset)
    case .filtering(let field): return type(key, into: field)
    case .exporting: return chooseExport(key)
    case .picking(let field, let selection): return pick(key, field, selection)
    case .commanding(let field, let selection): return command(key, field, selection)
    case .sizing(let field): return typeSize(key, into: field)
    case .jumping(let field): return typeTime(key, into: field)
    case .difference(let offset): return scrollDifference(key, from: offset)
    }
  }

  // MARK: Browsing

  mutating func perform(_ action: KeyMap.Action) -> [DashboardEffect] {
    switch action {
    case .workload(let index):
      guard status.workloads.indices.contains(index) else {
        notice = ("there are \(status.workloads.count) workloads; w lists them", false)
        return []
      }
      return [.switchWorkload(index)]
    case .pause: return [.setPaused(!status.isPaused)]
    case .faster: return [.changeSpeed(1)]
    case .slower: return [.changeSpeed(-1)]
    case .move(let distance): return move(by: distance)
    case .movePage(let pages): return move(by: pages * max(1, DashboardLayout(size).tableRows - 1))
    case .first: return move(by: -rows.count)
    case .last: return move(by: rows.count)
    case .sortLeft: return sort(by: -1)
    case .sortRight: return sort(by: 1)
    case .invert:
      isInverted.toggle()
      return followSelection()
    case .filter: mode = .filtering(TextField(filter))
    case .clearFilter:
      filter = ""
      return followSelection()
    case .pick: mode = .picking(TextField(), ListSelection(selected: status.current))
    case .palette: mode = .commanding(TextField(), ListSelection())
    case .page(let page): return show(page == view ? .caches : page)
    case .turnPage(let distance):
      let pages = DashboardPage.allCases
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
    return []
  }

  private mutating func show(_ page: DashboardPage) -> [DashboardEffect] {
    guard page != view else { return [] }
    view = page
    return [.show(page)]
  }

  private mutating func sort(by step: Int) -> [DashboardEffect] {
    let columns = CacheColumn.sortable
    let index = columns.firstIndex(of: sortColumn) ?? 0
    sortColumn = columns[(index + step + columns.count) % columns.count]
    isInverted = false
    return followSelection()
  }

  private mutating func move(by distance: Int) -> [DashboardEffect] {
    let rows = rows
    hasChosen = true
    selection.move(by: distance, rowCount: rows.count)
    return select(rows.indices.contains(selection.selected) ? rows[selection.selected].name : nil)
  }

  private mutating func handle(_ mouse: MouseEvent) -> [DashboardEffect] {
    guard mode == .browsing else { return [] }
    switch mouse.action {
    case .wheelUp: return move(by: -3)
    case .wheelDown: return move(by: 3)
    case .press(.left): return press(at: mouse.position)
    case .press: return []
    }
  }

  /// A row is selected; a heading sorts, and sorts the other way when it did already.
  private mutating func press(at point: Point) -> [DashboardEffect] {
    guard view == .caches else { return [] }
    let (table, rect) = (
      CacheTablePanel.table(of: self, theme: .monochrome, glyphs: .ascii), DashboardLayout(size).table
    )
    if let row = table.row(at: point, in: rect) {
      hasChosen = true
      selection.select(row, rowCount: rows.count)
      return select(rows[row].name)
    }
    guard let index = table.column(at: point, in: rect), let column = CacheColumn(rawValue: index),
      CacheColumn.sortable.contains(column)
    else { return [] }
    isInverted = column == sortColumn ? !isInverted : false
    sortColumn = column
    return followSelection()
  }

  /// Keeps the selected cache selected, wherever its row went; the row, when the cache is gone.
  mutating func followSelection() -> [DashboardEffect] {
    let rows = rows
    if !hasChosen { selection.select(0, rowCount: rows.count) }
    if hasChosen, let index = rows.firstIndex(where: { $0.name == selectedCache }) {
      selection.select(index, rowCount: rows.count)
      return scroll(rows.count)
    }
    selection.select(selection.selected, rowCount: rows.count)
    return select(rows.indices.contains(selection.selected) ? rows[selection.selected].name : nil)
  }

  private mutating func select(_ name: String?) -> [DashboardEffect] {
    let isNew = name != selectedCache
    selectedCache = name
    return scroll(rows.count) + (isNew ? [.watch(name)] : [])
  }

  private mutating func scroll(_ rowCount: Int) -> [DashboardEffect] {
    selection = selection.scrolled(rowCount: rowCount, height: DashboardLayout(size).tableRows)
    return []
  }

  // MARK: Help, filter, export

  private mutating func scrollHelp(_ key: Key, from offset: Int) -> [DashboardEffect] {
    let page = max(1, size.height - 4)
    let last = HelpPanel.lastOffset(in: size, workloads: status.workloads)
    switch key {
    case .down, .character("j"): mode = .help(offset: min(offset + 1, last))
    case .up, .character("k"): mode = .help(offset: max(offset - 1, 0))
    case .pageDown, .character(" "): mode = .help(offset: min(offset + page, last))
    case .pageUp: mode = .help(offset: max(offset - page, 0))
    case .home, .character("g"): mode = .help(offset: 0)
    case .end, .character("G"): mode = .help(offset: last)
    case .escape, .enter, .character("q"), .character("?"), .character("h"), .function(1): mode = .browsing
    case .function(10): return [.quit]
    default: break
    }
    return []
  }

  private mutating func type(_ key: Key, into field: TextField) -> [DashboardEffect] {
    var field = field
    switch key {
    case .enter:
      mode = .browsing
      if let filterProblem { notice = (filterProblem, true) }
    case .escape:
      mode = .browsing
      filter = ""
    case .function(10): return [.quit]
    default:
      guard field.handle(key) else { return [] }
      mode = .filtering(field)
      filter = field.text
    }
    return followSelection()
  }

  private mutating func chooseExport(_ key: Key) -> [DashboardEffect] {
    switch key {
    case .character(let character):
      guard let format = ExportFormat.allCases.first(where: { String($0.choice.key) == character.lowercased() }) else {
        if character == "q" || character == "e" { mode = .browsing }
        return []
      }
      mode = .browsing
      return [.export(format)]
    case .escape, .control("s"): mode = .browsing
    case .function(10): return [.quit]
    default: break
    }
    return []
  }
}

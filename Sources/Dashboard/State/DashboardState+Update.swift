import Telemetry
package import TerminalUI

extension DashboardState {
  /// Smallest size of a screen that the dashboard can be drawn on.
  package static let smallestSize = Size(width: 60, height: 15)

  /// Applies a message to the state and returns the resulting requests, in order.
  package mutating func update(_ message: DashboardMessage) -> [DashboardEffect] {
    switch message {
    case .input(let event): return handle(event)
    case .refreshed(let snapshot, let status, let seconds, let compared, let details):
      (comparedSnapshot, self.details, self.status) = (compared, details, status)
      record(snapshot, compared, seconds: seconds)
      updateTraffic(seconds: seconds)
      expireNotice()
      keepSelectedRows()
      tour?.observe(TourFigures(snapshot, details))
      return updateRows()
    case .replayed(let snapshots, let earlier, let profiles):
      restart()
      begin(with: snapshots, profiles)
      for (snapshot, seconds) in earlier { liveTrends.memory.add(snapshot, nil, seconds: seconds) }
      for (snapshot, seconds) in snapshots {
        record(snapshot, nil, seconds: seconds)
      }
      keepSelectedRows()
      return updateRows()
    case .exported(let text, let isFailure):
      (notice, noticeSince) = ((text, isFailure), nil)
      return []
    case .shrunk(let cache, let text, let isFailure):
      logShrinking(of: cache, text, isFailure: isFailure)
      return []
    case .restarted:
      restart()
      return []
    case .tourFailed(let reason):
      tour?.fail(reason)
      return []
    }
  }

  /// Removes a notice of success after some seconds. A notice of failure remains until a key is pressed.
  private mutating func expireNotice() {
    guard let since = noticeSince else { return noticeSince = notice == nil ? nil : status.now }
    if notice == nil { noticeSince = nil }
    if status.now - since > DashboardState.noticeSeconds, notice?.isFailure == false {
      (notice, noticeSince) = (nil, nil)
    }
  }

  /// Adds a snapshot to the history and shows it, unless a past snapshot is in view.
  private mutating func record(_ snapshot: Snapshot, _ compared: Snapshot?, seconds: Double) {
    // Snapshots of a paused machine are all equal, so that none is recorded after the first: charts stand still.
    let isIdle =
      status.isPaused && status.history == nil && !history.isEmpty
      && latest.map { $0.events == snapshot.events && $0.ledger == snapshot.ledger } ?? false
    latest = snapshot
    let dropped = isIdle ? 0 : history.add(snapshot, seconds: seconds)
    if let index = shownIndex {
      // The snapshot in view remains the same, unless it is dropped from the history.
      shownIndex = max(0, index - dropped)
    } else {
      self.snapshot = snapshot
    }
    let mapped = shownIndex != nil || totals.cachesWithSlabMap > 0 ? snapshot.caches.first { $0.slabMap != nil } : nil
    slabAges.add(mapped?.slabMap, of: mapped?.name, seconds: seconds)
    if !isIdle {
      liveTrends.add(snapshot, compared, modelBytes: details.mirror?.modelBytes, seconds: seconds)
    }
  }

  /// Discards everything that was derived from earlier snapshots, because another machine or another time follows.
  private mutating func restart() {
    (liveTrends, pastTrends, history, slabAges) = (Trends(), nil, SnapshotHistory(), SlabAges())
    shownIndex = nil
    (start, isStartRelative, traffic, liveCurves) = (nil, false, nil, LiveCurves())
    if status.history == nil { marked = nil }
  }

  private mutating func handle(_ event: InputEvent) -> [DashboardEffect] {
    switch event {
    case .key(let key): return handle(key)
    case .mouse(let mouse): return handle(mouse)
    case .resize(let size):
      terminalSize = size
      return scroll()
    case .resumed(let size):
      terminalSize = size
      return scroll() + [.redraw]
    case .terminate: return [.quit]
    }
  }

  private mutating func handle(_ key: Key) -> [DashboardEffect] {
    switch mode {
    case .browsing:
      if let effects = handleTour(key) { return effects }
      guard let action = keys.action(for: key) else { return [] }
      notice = nil
      if let refusal = takeForTour(action) {
        notice = (refusal, false)
        return []
      }
      return perform(action)
    case .help(let offset): return scrollHelp(key, from: offset)
    case .explaining(let index, let isInChooser): return explain(key, index, isInChooser: isInChooser)
    case .filtering(let field): return type(key, into: field)
    case .exporting: return chooseExport(key)
    case .naming(let format, let field): return typeName(key, of: format, into: field)
    case .picking(let field, let selection): return pick(key, field, selection)
    case .commanding(let field, let selection): return command(key, field, selection)
    case .columns(let selection): return chooseColumn(key, selection)
    case .sizing(let field): return typeSize(key, into: field)
    case .jumping(let field): return typeTime(key, into: field)
    case .shrinking(let cache): return confirmShrinking(key, of: cache)
    case .detail(let list, let rowID, let offset): return scrollDetail(key, list, rowID, from: offset)
    }
  }

  // MARK: Help, filter

  private mutating func scrollHelp(_ key: Key, from offset: Int) -> [DashboardEffect] {
    let page = max(1, size.height - 4)
    let last = HelpPanel.lastOffset(for: self)
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
      // The prompt remains open until the filter is valid.
      guard let filterProblem else {
        mode = .browsing
        break
      }
      notice = (filterProblem.description, true)
    case .escape:
      (mode, notice) = (.browsing, nil)
      activeFilter = ""
    case .function(10): return [.quit]
    default:
      guard field.handle(key) else { return [] }
      (mode, notice) = (.filtering(field), nil)
      activeFilter = field.text
    }
    keepSelectedRows()
    return view == .caches ? updateRows() : []
  }
}

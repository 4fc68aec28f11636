package import TerminalUI

/// Start, steps and end of the tour.
extension DashboardState {
  /// Key that the learner presses next in the tour; nil if there is none.
  package var nextTourKey: Key? { tour?.nextAction.flatMap { action in keys.firstKey(of: action) } }

  /// Name of `nextTourKey` on the screen; nil if there is none.
  package var nextTourKeyName: String? { tour?.nextAction.flatMap { keys.name(of: $0) } }

  /// Starts the tour, and returns the resulting requests.
  package mutating func startTour() -> [DashboardEffect] {
    guard !TourLayout.isTooSmall(terminalSize) else {
      notice = (
        "The tour needs a window of at least 60x24; this one is \(terminalSize.width)x\(terminalSize.height).", true
      )
      return []
    }
    tour = TourProgress()
    return beginStep()
  }

  /// Ends the tour. The machine of the step stays.
  mutating func leaveTour() -> [DashboardEffect] {
    tour = nil
    restoreColumns()
    let key = keys.name(of: .tour).map { "; \($0) starts it again" } ?? ""
    notice = ("The tour has ended. The machine is yours\(key).", false)
    return updateRows() + scroll()
  }

  /// Handles a key of the tour itself.
  /// - Returns: The resulting requests; nil for any other key.
  mutating func handleTour(_ key: Key) -> [DashboardEffect]? {
    guard let tour else { return nil }
    switch key {
    case .escape: return leaveTour()
    case .enter where tour.isAtEnd: return leaveTour()
    case .enter: self.tour?.move(by: 1)
    case .backspace: self.tour?.move(by: -1)
    default: return nil
    }
    return beginStep()
  }

  /// Takes note of an action for the tour.
  /// - Returns: The reason why the action would have no visible effect yet; nil if it may be performed.
  mutating func takeForTour(_ action: KeyMap.Action) -> String? {
    guard tour?.take(action) == false else { return nil }
    return "Not yet: the machine fills its memory first."
  }

  private mutating func beginStep() -> [DashboardEffect] {
    guard let setUp = tour?.step.setUp else { return [] }
    (notice, filter, origin) = (nil, "", nil)
    restoreColumns()
    if let columns = setUp.columns, let last = columns.last {
      columnsBeforeTour = (self.columns, order)
      (self.columns, order.column, order.isInverted, firstColumn) = (columns, last, false, 0)
    }
    return [.setUp(setUp)] + show(setUp.page) + updateRows()
  }

  private mutating func restoreColumns() {
    guard let before = columnsBeforeTour else { return }
    (columns, order, columnsBeforeTour) = (before.columns, before.order, nil)
  }
}

extension KeyBindings {
  /// Returns the first key of an action; nil if it has none.
  func firstKey(of action: KeyMap.Action) -> Key? { bindings.first { $0.action == action }?.keys.first }

  /// Returns the name of the first key of an action; nil if it has none.
  func name(of action: KeyMap.Action) -> String? { firstKey(of: action)?.name }
}

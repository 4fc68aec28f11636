import TerminalUI

/// Last line of the screen: the key bar, a prompt, a question or a notice.
struct FootPanel: Widget {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    switch state.mode {
    case .filtering(let field):
      canvas.fill(rect, with: " ", style: theme[.input])
      canvas.draw(field.view(prompt: " Filter: ", style: theme[.input]), in: rect)
      let hint = state.filterProblem ?? state.filterHint
      let room = rect.width - field.text.count - 14
      guard room > 20 else { return }
      let place = Rect(x: rect.maxX - room, y: rect.minY, width: room - 1, height: 1)
      let style = theme[.input].adding(.dim)
      canvas.draw(hint, in: place, alignment: .trailing, style: style, ellipsis: glyphs.ellipsis)
    case .exporting:
      canvas.fill(rect, with: " ", style: theme[.input])
      let choices = ExportFormat.allCases.map { "\($0.choice.key) \($0.choice.name)" }.joined(separator: "  ")
      let question = " Export  \(choices)  Esc cancel"
      canvas.draw(question, in: rect, alignment: .leading, style: theme[.input], ellipsis: glyphs.ellipsis)
    case .picking(let field, _):
      canvas.fill(rect, with: " ", style: theme[.input])
      canvas.draw(field.view(prompt: " Workload: ", style: theme[.input]), in: rect)
    case .commanding(let field, _):
      canvas.fill(rect, with: " ", style: theme[.input])
      canvas.draw(field.view(prompt: " :", style: theme[.input]), in: rect)
    case .sizing(let field):
      canvas.fill(rect, with: " ", style: theme[.input])
      let prompt = " Sizes in bytes, multiples of 8, such as 72 80 88 (Enter add or retire, Esc cancel): "
      canvas.draw(field.view(prompt: prompt, style: theme[.input]), in: rect)
    case .jumping(let field):
      canvas.fill(rect, with: " ", style: theme[.input])
      canvas.draw(field.view(prompt: " Jump to (30, 2m, 1:30 ago, or 14:05:00): ", style: theme[.input]), in: rect)
    case .naming(_, let field):
      canvas.fill(rect, with: " ", style: theme[.input])
      canvas.draw(field.view(prompt: " File name (Enter save, Esc cancel): ", style: theme[.input]), in: rect)
    case .browsing, .help, .difference, .columns, .detail: drawKeys(on: &canvas, in: rect)
    }
  }

  private func drawKeys(on canvas: inout Canvas, in rect: Rect) {
    if let notice = state.notice {
      let style = theme[notice.isFailure ? .critical : .good]
      return canvas.draw(" " + notice.text, in: rect, alignment: .leading, style: style, ellipsis: glyphs.ellipsis)
    }
    if let event = FootPanel.shownEvent(of: state) {
      return canvas.draw(" " + event, in: rect, alignment: .leading, style: theme[.accent], ellipsis: glyphs.ellipsis)
    }
    canvas.draw(KeyBar(FootPanel.items(of: state).map(\.item), theme: theme), in: rect)
  }

  /// Description of the event that was played last, while playback is paused.
  private static func shownEvent(of state: DashboardState) -> String? {
    state.status.isPaused ? state.details.lastEvent : nil
  }

  /// Items of the key bar with their actions.
  private static func items(of state: DashboardState) -> [(item: KeyBar.Item, action: KeyMap.Action)] {
    let offered = KeyMap.barOrder.compactMap { action in state.keys.bindings.first { $0.action == action } }
      .filter { state.status.source.has($0.action.requiredCapability) && state.isOnKeyBar($0.action) }
    var items: [(item: KeyBar.Item, action: KeyMap.Action)] = offered.compactMap { binding in
      binding.bar.map { (KeyBar.Item($0.key, $0.label), binding.action) }
    }
    if state.status.source.has(.replay) {
      let count = state.status.workloads.count
      items.insert((KeyBar.Item(count >= 10 ? "1-0" : "1-\(count)", "Workload"), .pick), at: min(1, items.count))
    }
    if !state.activeFilter.isEmpty {
      items.insert((KeyBar.Item("Esc", "Clear filter (\(state.activeFilter))"), .clearFilter), at: 0)
    }
    return items
  }

  /// Returns the action of the key bar item at a point; nil if there is none.
  static func action(at point: Point, of state: DashboardState, in rect: Rect) -> KeyMap.Action? {
    guard state.notice == nil, shownEvent(of: state) == nil else { return nil }
    let items = items(of: state)
    return KeyBar(items.map(\.item), theme: .monochrome).item(at: point, in: rect).map { items[$0].action }
  }
}

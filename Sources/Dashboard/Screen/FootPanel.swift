import TerminalUI

/// Last lines of the screen: the key bar, a notice, or a prompt with its hint. Texts that are too long for one line continue in
/// further lines, which are drawn over the lines above.
struct FootPanel: Widget {
  let state: DashboardState
  let theme: Theme
  let glyphs: GlyphSet

  /// Draws the last line into the last row of `rect`, and the lines before it above.
  func draw(on canvas: inout Canvas, in rect: Rect) {
    if let prompt { return draw(prompt, on: &canvas, in: rect) }
    if let notice = state.notice {
      return draw(notice.text, theme[notice.isFailure ? .critical : .good], on: &canvas, in: rect)
    }
    if let event = FootPanel.shownEvent(of: state) { return draw(event, theme[.accent], on: &canvas, in: rect) }
    canvas.draw(KeyBar(FootPanel.items(of: state).map(\.item), theme: theme), in: rect.row(rect.height - 1))
  }

  // MARK: Prompts

  /// Text field with its name and a hint, or a question without a field.
  private struct Prompt {
    let name: String
    /// Field that the user types into; nil for a question that one key answers.
    var field: TextField?
    /// Parts of the hint. A part is not broken at the end of a line.
    var hints: [String] = []
    /// Error in the text of the field.
    var problem: QueryError?
  }

  private var prompt: Prompt? {
    switch state.mode {
    case .filtering(let field):
      return Prompt(
        name: "Filter", field: field, hints: state.filterHint.split(separator: "   ").map(String.init),
        problem: state.filterProblem)
    case .exporting:
      return Prompt(
        name: "Export", hints: ExportFormat.allCases.map { "\($0.choice.key) \($0.choice.name)" } + ["Esc cancel"])
    case .picking(let field, _): return Prompt(name: "Workload", field: field)
    case .commanding(let field, _): return Prompt(name: "Command", field: field)
    case .sizing(let field):
      return Prompt(
        name: "Sizes", field: field,
        hints: ["bytes, multiples of 8, such as 72 80 88", "Enter add or retire", "Esc cancel"])
    case .jumping(let field):
      return Prompt(name: "Jump to", field: field, hints: [TypedTime.forms, "Esc cancel"])
    case .naming(_, let field):
      return Prompt(name: "File name", field: field, hints: ["Enter save", "Esc cancel"])
    case .shrinking(let cache): return Prompt(name: "Shrink \(cache)", hints: DashboardState.shrinkingHints(cache))
    case .browsing, .help, .explaining, .columns, .detail: return nil
    }
  }

  /// Fewest cells of a field beside which the hint is drawn.
  private static let fieldWidth = 24

  private func draw(_ prompt: Prompt, on canvas: inout Canvas, in rect: Rect) {
    let last = rect.row(rect.height - 1)
    let style = theme[.input]
    let (name, gap) = (" \(prompt.name): ", "   ")
    canvas.fill(last, with: " ", style: style)
    let hint = prompt.hints.joined(separator: gap)
    guard let field = prompt.field else {
      if name.count + hint.count < rect.width {
        canvas.draw(name + hint, at: last.origin, style: style)
      } else {
        draw(
          TextWrapping.lines(ofParts: [" \(prompt.name):"] + prompt.hints, gap: "  ", width: rect.width - 1), style,
          on: &canvas, in: rect)
      }
      return
    }
    if let problem = prompt.problem {
      let isConfirmed = state.notice?.isFailure == true
      let markStyle = theme[.critical].adding(.underline)
      canvas.draw(field.view(prompt: name, style: style, mark: problem.range, markStyle: markStyle), in: last)
      let text = "column \(problem.range.lowerBound + 1): \(problem.description)"
      return draw(
        TextWrapping.lines(of: text, width: rect.width - 2).map { " " + $0 },
        isConfirmed ? theme[.critical] : theme[.dim], on: &canvas, in: rect, above: 1)
    }
    canvas.draw(field.view(prompt: name, style: style), in: last)
    let room = rect.width - name.count - max(FootPanel.fieldWidth, field.text.count + 2)
    if hint.count + 1 <= room {
      let place = Rect(x: rect.maxX - hint.count - 1, y: last.minY, width: hint.count, height: 1)
      canvas.draw(hint, at: place.origin, style: style.adding(.dim))
    } else if !hint.isEmpty {
      let lines = TextWrapping.lines(ofParts: prompt.hints, gap: gap, width: rect.width - 2).map { " " + $0 }
      draw(lines, theme[.dim], on: &canvas, in: rect, above: 1)
    }
  }

  // MARK: Lines

  private func draw(_ text: String, _ style: Style, on canvas: inout Canvas, in rect: Rect) {
    draw(TextWrapping.lines(of: text, width: rect.width - 2).map { " " + $0 }, style, on: &canvas, in: rect)
  }

  /// Draws lines at the end of `rect`, the last of them `above` rows above the last row.
  private func draw(_ lines: [String], _ style: Style, on canvas: inout Canvas, in rect: Rect, above: Int = 0) {
    let shown = lines.prefix(max(0, rect.height - above))
    for (index, line) in shown.enumerated() {
      let row = rect.row(rect.height - above - shown.count + index)
      // A single line replaces the key bar, whose background remains that of the screen.
      if shown.count + above > 1 { canvas.fill(row, with: " ", style: theme[.text].over(style)) }
      canvas.draw(line, in: row, alignment: .leading, style: style, ellipsis: glyphs.ellipsis)
    }
  }

  // MARK: Key bar

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

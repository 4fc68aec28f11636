import TerminalUI

/// Prompts that choose a workload, a command or sizes.
extension DashboardState {
  /// Handles a key while a workload is being chosen.
  mutating func pick(_ key: Key, _ field: TextField, _ selection: ListSelection) -> [DashboardEffect] {
    let entries = status.workloads
    switch choose(key, field, selection, among: entries) {
    case .chosen(let index):
      mode = .browsing
      return index.map { [.switchWorkload($0)] } ?? []
    case .cancelled: mode = .browsing
    case .quit: return [.quit]
    case .choosing(let field, let selection): mode = .picking(field, selection)
    }
    return []
  }

  /// Handles a key while a command is being chosen.
  mutating func command(_ key: Key, _ field: TextField, _ selection: ListSelection) -> [DashboardEffect] {
    let keywords = keys.commands.map(\.action.keywords)
    switch choose(key, field, selection, among: PickerPanel.entries(keys.commands), keywords: keywords) {
    case .chosen(let index):
      mode = .browsing
      return index.map { perform(keys.commands[$0].action) } ?? []
    case .cancelled: mode = .browsing
    case .quit: return [.quit]
    case .choosing(let field, let selection): mode = .commanding(field, selection)
    }
    return []
  }

  /// Result of a key in a list that the typed text filters.
  private enum Choice {
    /// An entry was chosen: its index, nil if the list is empty.
    case chosen(Int?)
    case cancelled
    case quit
    case choosing(TextField, ListSelection)
  }

  private func choose(
    _ key: Key, _ field: TextField, _ selection: ListSelection, among entries: [PlaybackStatus.Entry],
    keywords: [[String]] = []
  ) -> Choice {
    var (field, selection) = (field, selection)
    let found = PickerPanel.matches(field.text, among: entries, keywords: keywords)
    switch key {
    case .enter: return .chosen(found.indices.contains(selection.selected) ? found[selection.selected] : nil)
    case .escape: return .cancelled
    case .function(10): return .quit
    case .down, .control("n"): selection.move(by: 1, rowCount: found.count)
    case .up, .control("p"): selection.move(by: -1, rowCount: found.count)
    case .pageDown: selection.move(by: 10, rowCount: found.count)
    case .pageUp: selection.move(by: -10, rowCount: found.count)
    default: if field.handle(key) { selection = ListSelection() }
    }
    let count = PickerPanel.matches(field.text, among: entries, keywords: keywords).count
    return .choosing(field, selection.scrolled(rowCount: count, height: max(1, size.height - 4)))
  }

  /// Handles a key while sizes of general caches are being typed.
  mutating func typeSize(_ key: Key, into field: TextField) -> [DashboardEffect] {
    var field = field
    switch key {
    case .enter:
      mode = .browsing
      let words = field.text.split { $0 == " " || $0 == "," }
      let sizes = words.compactMap { Int($0) }.filter { $0 > 0 }
      guard sizes.count == words.count, !sizes.isEmpty else {
        notice = words.isEmpty ? nil : ("'\(field.text)': expected sizes in bytes, such as 96, or 72 80 88", true)
        return []
      }
      return [.addSizes(sizes)]
    case .escape: mode = .browsing
    case .function(10): return [.quit]
    default: if field.handle(key) { mode = .sizing(field) }
    }
    return []
  }
}

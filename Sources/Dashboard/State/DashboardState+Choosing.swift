import TerminalUI

/// What is chosen by typing: a workload, a size.
extension DashboardState {
  mutating func pick(_ key: Key, _ field: TextField, _ selection: ListSelection) -> [DashboardEffect] {
    var (field, selection) = (field, selection)
    let found = PickerPanel.matches(field.text, among: status.workloads)
    switch key {
    case .enter:
      mode = .browsing
      guard found.indices.contains(selection.selected) else { return [] }
      return [.switchWorkload(found[selection.selected])]
    case .escape:
      mode = .browsing
      return []
    case .function(10): return [.quit]
    case .down, .control("n"): selection.move(by: 1, rowCount: found.count)
    case .up, .control("p"): selection.move(by: -1, rowCount: found.count)
    case .pageDown: selection.move(by: 10, rowCount: found.count)
    case .pageUp: selection.move(by: -10, rowCount: found.count)
    default:
      guard field.handle(key) else { return [] }
      selection = ListSelection()
    }
    let count = PickerPanel.matches(field.text, among: status.workloads).count
    mode = .picking(field, selection.scrolled(rowCount: count, height: max(1, size.height - 4)))
    return []
  }

  mutating func typeSize(_ key: Key, into field: TextField) -> [DashboardEffect] {
    var field = field
    switch key {
    case .enter:
      mode = .browsing
      guard let bytes = Int(field.text.trimmingSpaces), bytes > 0 else {
        notice = field.text.isEmpty ? nil : ("'\(field.text)' is no number of bytes", true)
        return []
      }
      return [.addSize(bytes)]
    case .escape: mode = .browsing
    case .function(10): return [.quit]
    default: if field.handle(key) { mode = .sizing(field) }
    }
    return []
  }
}

extension String {
  fileprivate var trimmingSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

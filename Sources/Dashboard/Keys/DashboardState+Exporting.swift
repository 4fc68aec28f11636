import TerminalUI

/// Choice of an export's format and file name.
extension DashboardState {
  /// Handles a key while the format is being chosen.
  mutating func chooseExport(_ key: Key) -> [DashboardEffect] {
    switch key {
    case .character(let character):
      guard let format = ExportFormat.allCases.first(where: { String($0.choice.key) == character.lowercased() }) else {
        if character == "q" || character == "e" { mode = .browsing }
        return []
      }
      mode = .naming(format, TextField(status.exportName + "." + format.rawValue))
    case .escape, .control("s"): mode = .browsing
    case .function(10): return [.quit]
    default: break
    }
    return []
  }

  /// Handles a key while the file name is being typed.
  mutating func typeName(_ key: Key, of format: ExportFormat, into field: TextField) -> [DashboardEffect] {
    var field = field
    switch key {
    case .enter:
      guard !field.text.isEmpty else { return [] }
      mode = .browsing
      return [.export(format, name: field.text)]
    case .escape: mode = .browsing
    case .function(10): return [.quit]
    default: if field.handle(key) { mode = .naming(format, field) }
    }
    return []
  }
}

import TerminalUI

/// List of workloads or commands to choose from; the typed text filters it.
struct PickerPanel {
  let title: String
  /// Returns the key that chooses an entry directly, by the index of the entry.
  let key: (Int) -> String
  let entries: [PlaybackStatus.Entry]
  let field: TextField
  let selection: ListSelection
  /// Further words by which each entry is found; empty if the entries have none.
  var keywords: [[String]] = []
  let theme: Theme
  let glyphs: GlyphSet

  /// Converts commands into entries that are found by their descriptions.
  static func entries(_ commands: [KeyMap.Binding]) -> [PlaybackStatus.Entry] {
    commands.map { PlaybackStatus.Entry(name: $0.help, summary: "") }
  }

  /// Returns the indices of the entries that match the typed text, best first: one of the keywords is the text, the name begins with
  /// the text, a keyword begins with the text, the name contains the text, then the name, and at last the name and the summary
  /// together, contain its characters in this order.
  /// - Parameter keywords: Further words of each entry, in lower case; empty if the entries have none.
  static func matches(
    _ typed: String, among entries: [PlaybackStatus.Entry], keywords: [[String]] = []
  ) -> [Int] {
    let typed = typed.lowercased()
    let wanted = typed.filter { $0 != " " }
    guard !wanted.isEmpty else { return Array(entries.indices) }
    func rank(_ index: Int) -> Int? {
      let (entry, words) = (entries[index], keywords.indices.contains(index) ? keywords[index] : [])
      let name = entry.name.lowercased()
      if words.contains(wanted) { return 0 }
      if name.hasPrefix(wanted) { return 1 }
      if words.contains(where: { $0.hasPrefix(wanted) }) { return 2 }
      if name.contains(wanted) || name.contains(typed) { return 3 }
      // Nearly every summary contains any two letters, so that a long list needs three.
      guard wanted.count > 2 || entries.count < 50 else { return nil }
      if PickerPanel.contains(name, charactersOf: wanted) { return 4 }
      return PickerPanel.contains(name + " " + entry.summary.lowercased(), charactersOf: wanted) ? 5 : nil
    }
    return entries.indices.compactMap { index in rank(index).map { (index, $0) } }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  /// Returns whether a text contains the characters in this order, with others in between.
  private static func contains(_ text: String, charactersOf characters: String) -> Bool {
    var rest = characters[...]
    for character in text where character == rest.first { rest = rest.dropFirst() }
    return rest.isEmpty
  }

  func draw(on canvas: inout Canvas, in bounds: Rect) {
    let found = PickerPanel.matches(field.text, among: entries, keywords: keywords)
    let width = entries.map { $0.name.displayWidth }.max() ?? 0
    let lines = found.enumerated().map { row, index in
      let entry = entries[index]
      let key = self.key(index)
      let padded = entry.name + String(repeating: " ", count: max(0, width - entry.name.displayWidth) + 2)
      // Without a summary the name ends the line: it is cut between words, not at the border.
      let room = bounds.width - 4 - key.displayWidth
      let name = entry.summary.isEmpty ? entry.name.truncated(to: room, ellipsis: glyphs.ellipsis) : padded
      let style = row == selection.selected ? theme[.selected] : theme[.text]
      return [
        Span(key, row == selection.selected ? style : theme[.keyLabel]), Span(name, style),
        Span(entry.summary, row == selection.selected ? style : theme[.dim]),
      ]
    }
    let popup = Popup(
      title: title,
      lines: lines.isEmpty ? [[Span("No match", theme[.dim])]] : lines,
      offset: selection.offset, theme: theme, glyphs: glyphs)
    canvas.draw(popup, in: popup.frame(in: bounds))
  }
}

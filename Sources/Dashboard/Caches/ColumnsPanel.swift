import TerminalUI

/// The columns to choose from: those of the table first, as they stand there.
struct ColumnsPanel {
  let state: DashboardState
  let selection: ListSelection
  let theme: Theme
  let glyphs: GlyphSet

  var popup: Popup {
    let all = state.allColumns
    let width = all.map(\.title.count).max() ?? 0
    let lines = all.enumerated().map { index, column in
      let isSelected = index == selection.selected
      let mark = state.columns.contains(column) ? "[x] " : "[ ] "
      let title = column.title + String(repeating: " ", count: width - column.title.count + 2)
      return [
        Span(mark, theme[isSelected ? .selected : .keyLabel]), Span(title, theme[isSelected ? .selected : .text]),
        Span(column.explanation, theme[isSelected ? .selected : .dim]),
      ]
    }
    return Popup(
      title: "columns: Space shows or hides, < > move, r as they were, Esc closes", lines: lines,
      offset: selection.offset, theme: theme, glyphs: glyphs)
  }
}

import TerminalUI

/// Chooser of the table's columns: those of the table first, in their order.
struct ColumnsPanel {
  let state: DashboardState
  let selection: ListSelection
  let theme: Theme
  let glyphs: GlyphSet

  var popup: Popup {
    let all = state.chooser.order
    let width = all.map(\.title.count).max() ?? 0
    // The popup has a margin of two cells, a border and a space on each side; the mark has four cells, the gap two.
    let room = max(10, state.size.width - 8 - 4 - width - 2)
    let lines = all.enumerated().map { index, column in
      let isSelected = index == selection.selected
      let mark = state.columns.contains(column) ? "[x] " : "[ ] "
      let title = column.title + String(repeating: " ", count: width - column.title.count + 2)
      return [
        Span(mark, theme[isSelected ? .selected : .keyLabel]), Span(title, theme[isSelected ? .selected : .text]),
        Span(column.definition.truncated(to: room, ellipsis: glyphs.ellipsis), theme[isSelected ? .selected : .dim]),
      ]
    }
    return Popup(
      title: "Columns: Space show, < > move, r reset, Esc close", lines: lines,
      offset: selection.offset, theme: theme, glyphs: glyphs)
  }
}

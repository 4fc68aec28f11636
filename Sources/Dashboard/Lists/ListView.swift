import TerminalUI

/// List of a page on the screen: a title with the position of the selection, the table, and a scrollbar if not all rows fit.
struct ListView: Widget {
  let list: PageList
  /// Text above the table.
  let title: String
  /// Whether the title is in the top line of a box around the table.
  var isBoxed = false
  /// Line below the rows; nil for none.
  var footer: String?
  /// Text in place of the rows if there are none without the filter.
  let emptyText: String
  /// Whether keys act on the list.
  let isFocused: Bool
  let theme: Theme
  let glyphs: GlyphSet

  /// Returns the rectangle of the table, with its heading, if the list is drawn into `rect`.
  func tableFrame(in rect: Rect) -> Rect {
    let inside = isBoxed ? rect.inset(horizontal: 2, vertical: 1) : rect
    let top = isBoxed ? 0 : 1
    let height = max(0, inside.height - top - (footer == nil ? 0 : 1))
    let isScrolled = !isBoxed && list.count > height - 1
    return Rect(
      x: inside.minX, y: inside.minY + top, width: max(0, inside.width - (isScrolled ? 2 : 0)), height: height)
  }

  /// Number of rows that are visible if the list is drawn into `rect`.
  func visibleRows(in rect: Rect) -> Int { max(0, tableFrame(in: rect).height - 1) }

  /// The list as a table.
  var table: Table { list.table(theme, glyphs, isFocused: isFocused) }

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let frame = tableFrame(in: rect)
    let table = table
    drawTitle(on: &canvas, in: rect)
    canvas.draw(table, in: frame)
    if let footer {
      // The footer follows the rows directly if there is room.
      let y = min(frame.maxY, frame.minY + 1 + list.count)
      canvas.draw(
        footer, in: Rect(x: frame.minX, y: y, width: frame.width, height: 1), alignment: .leading, style: theme[.text],
        ellipsis: glyphs.ellipsis)
    }
    if list.count == 0, frame.height > 1 {
      let text =
        list.totalCount > 0 && !list.state.filter.isEmpty
        ? "No \(list.id.singular) matches \"\(list.state.filter)\"; Esc clears the filter" : emptyText
      canvas.draw(
        text, in: frame.row(min(2, frame.height - 1)), alignment: .center, style: theme[.dim],
        ellipsis: glyphs.ellipsis)
    }
    let rows = frame.height - 1
    guard list.count > rows, rows > 0 else { return }
    let offset = list.selection.scrolled(rowCount: list.count, height: rows).offset
    let rail = Rect(x: rect.maxX - 1, y: frame.minY + 1, width: 1, height: rows)
    canvas.draw(Scrollbar(count: list.count, offset: offset, style: theme[.border], glyphs: glyphs), in: rail)
  }

  private func drawTitle(on canvas: inout Canvas, in rect: Rect) {
    let row = rect.row(0)
    let position = self.position
    let place = Point(x: row.maxX - position.displayWidth - (isBoxed ? 2 : 1), y: row.minY)
    if isBoxed {
      canvas.draw(Box(border: theme[.border], titleStyle: theme[.title], glyphs: glyphs), in: rect)
    }
    let room = max(0, place.x - row.minX - 4)
    let shown = title.truncated(to: room, ellipsis: glyphs.ellipsis)
    canvas.draw(
      " \(shown) ", at: Point(x: row.minX + (isBoxed ? 1 : 0), y: row.minY), style: theme[isBoxed ? .title : .accent])
    canvas.draw(position, at: place, style: theme[isFocused ? .text : .dim])
  }

  /// Position of the selection, the number of rows, and the number without the filter: `3 of 12 (200 without filter)`.
  private var position: String {
    let rows = list.selectedIndex.map { "\($0 + 1) of \(list.count)" } ?? "0 of 0"
    return " " + rows + (list.count == list.totalCount ? " " : " (\(list.totalCount) without filter) ")
  }
}

/// List with its rectangle on the screen.
struct PlacedList {
  let view: ListView
  let rect: Rect
  var list: PageList { view.list }
}

/// Page whose content includes lists.
protocol ListPage: Widget {
  /// Returns the lists with their positions if the page is drawn into `rect`, from top to bottom.
  func placedLists(in rect: Rect) -> [PlacedList]
}

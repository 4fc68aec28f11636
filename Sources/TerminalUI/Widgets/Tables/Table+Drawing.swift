extension Table {
  /// Draws the header and the visible rows into `rect`.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let placements = placements(in: rect.width)
    drawHeader(placements, on: &canvas, in: rect.row(0))

    let body = Self.body(of: rect)
    let selection = selection.scrolled(rowCount: rowCount, height: body.height)
    for line in 0..<body.height where selection.offset + line < rowCount {
      let index = selection.offset + line
      let style = index == selection.selected ? appearance.selected : appearance.row
      canvas.fill(body.row(line), style: style)
      for (placement, content) in pair(placements, with: row(index)) {
        draw(content, of: columns[placement.column], on: &canvas, in: cell(placement, of: body.row(line)))
      }
    }
  }

  private func drawHeader(_ placements: [Placement], on canvas: inout Canvas, in rect: Rect) {
    canvas.fill(rect, style: appearance.header)
    for placement in placements {
      let column = columns[placement.column]
      let isSorted = placement.column == sort?.column
      let mark =
        isSorted ? String(sort?.ascending == true ? appearance.glyphs.ascending : appearance.glyphs.descending) : ""
      let title = column.title.truncated(to: placement.width - mark.displayWidth, ellipsis: appearance.glyphs.ellipsis)
      let shown = column.alignment == .leading ? title + mark : mark + title
      canvas.draw(
        shown, in: cell(placement, of: rect), alignment: column.alignment,
        style: isSorted ? appearance.sorted : appearance.header, ellipsis: appearance.glyphs.ellipsis)
    }
    if let first = placements.first, first.column == 0 {
      let room = first.width - columns[0].title.displayWidth - (sort?.column == 0 ? 1 : 0) - 1
      let hint = scrollHint(placements, room: room)
      let x = rect.minX + first.x + first.width - hint.displayWidth
      canvas.draw(hint, at: Point(x: x, y: rect.minY), style: appearance.header)
    }
  }

  private func draw(_ content: Content, of column: Column, on canvas: inout Canvas, in rect: Rect) {
    switch content {
    case .text(let text, let style):
      canvas.draw(
        text, in: rect, alignment: column.alignment, style: style, ellipsis: appearance.glyphs.ellipsis)
    case .spans(var spans):
      // A span that begins with a space is a remark: it is drawn whole or not at all.
      while spans.count > 1, let last = spans.last, last.text.hasPrefix(" "),
        spans.reduce(0, { $0 + $1.text.displayWidth }) > rect.width
      { spans.removeLast() }
      let width = spans.reduce(0) { $0 + $1.text.displayWidth }
      let x = rect.minX + column.alignment.offset(of: width, in: rect.width)
      canvas.draw(spans, at: Point(x: x, y: rect.minY), maxWidth: rect.maxX - x)
      if width > rect.width, rect.width > 0 {
        canvas.draw(appearance.glyphs.ellipsis, at: Point(x: rect.maxX - 1, y: rect.minY), style: .plain)
      }
    case .widget(let widget):
      canvas.draw(widget, in: rect)
    }
  }

  private func pair(_ placements: [Placement], with contents: [Content]) -> [(Placement, Content)] {
    placements.compactMap { $0.column < contents.count ? ($0, contents[$0.column]) : nil }
  }

  /// Returns the rectangle of a column in a row.
  private func cell(_ placement: Placement, of row: Rect) -> Rect {
    Rect(x: row.minX + placement.x, y: row.minY, width: placement.width, height: row.height)
  }
}

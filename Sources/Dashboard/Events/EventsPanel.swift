import TerminalUI

/// Events of the machine, the newest at the bottom.
struct EventsPanel: Widget {
  let events: [MachineEvents.Event]
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(title: "Events", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    guard !events.isEmpty else {
      return canvas.draw(
        "No events yet", in: inside.row(0), alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis
      )
    }
    for (row, event) in events.suffix(inside.height).enumerated() {
      let time = NumberFormat.time(microseconds: event.time)
      let spans = [
        Span(String(repeating: " ", count: max(0, 8 - time.count)) + time + "  ", theme[.dim]),
        Span(event.text, theme[event.isWarning ? .warning : .text]),
      ]
      canvas.draw(spans, at: inside.row(row).origin, maxWidth: inside.width)
    }
  }
}

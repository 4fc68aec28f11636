import TerminalUI

/// Pane with the latest events of the machine, the newest at the bottom.
struct EventsPanel: Widget {
  let log: EventLog
  let theme: Theme
  let glyphs: GlyphSet

  func draw(on canvas: inout Canvas, in rect: Rect) {
    let box = Box(title: "Events", border: theme[.border], titleStyle: theme[.title], glyphs: glyphs)
    canvas.draw(box, in: rect)
    let inside = rect.inset(horizontal: 2, vertical: 1)
    let events = log.events()
    guard !events.isEmpty else {
      return canvas.draw(
        "No events yet", in: inside.row(0), alignment: .leading, style: theme[.dim], ellipsis: glyphs.ellipsis
      )
    }
    for (row, event) in events.suffix(inside.height).enumerated() {
      let time = NumberFormat.time(microseconds: event.time)
      let spans = [
        Span(String(repeating: " ", count: max(0, 8 - time.count)) + time + "  ", theme[.dim]),
        Span(event.description, theme[event.severity.role]),
        Span(event.count > 1 ? "  x\(event.count)" : "", theme[.dim]),
      ]
      canvas.draw(spans, at: inside.row(row).origin, maxWidth: inside.width)
    }
  }
}

extension MachineEvent.Severity {
  /// Role of the severity in a theme.
  var role: Theme.Role {
    switch self {
    case .information: .text
    case .warning: .warning
    case .failure: .critical
    }
  }
}

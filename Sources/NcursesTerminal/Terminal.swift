import CNcurses
import CSlabSupport
import Glibc
package import TerminalUI

/// Terminal of the program in full-screen mode, drawn with ncurses.
///
/// ```swift
/// let terminal = try Terminal.enter()
/// defer { terminal.leave() }
/// while true {
///   terminal.flush(canvas)
///   let event = terminal.nextEvent(timeoutMilliseconds: 100)
/// }
/// ```
///
/// Between ``enter(_:)`` and ``leave()`` the signals that terminate or stop the program are reported as events, and a
/// fault (SIGSEGV, for example) restores the terminal before the program crashes. There is only one terminal: call
/// ``enter(_:)`` again only after ``leave()``.
@MainActor
package final class Terminal {
  /// Options of full-screen mode.
  package struct Options: Hashable, Sendable {
    /// Maximum number of colours; nil for those of the terminal, or none if `NO_COLOR` is set. Never more than the
    /// terminal has.
    package var colors: ColorDepth?
    /// Whether mouse events are reported. The user then cannot select text in the terminal with the mouse alone.
    package var mouse: Bool
    /// Whether 24-bit colours are used if the terminal supports them. A terminfo entry with 24-bit colours can select
    /// only eight of the palette's colours.
    package var directColors: Bool

    /// Creates options; by default with the colours of the terminal and with mouse events.
    package init(colors: ColorDepth? = nil, mouse: Bool = true, directColors: Bool = true) {
      self.colors = colors
      self.mouse = mouse
      self.directColors = directColors
    }
  }

  /// Number of columns and rows. It changes only with `InputEvent.resize` and `InputEvent.resumed`.
  package internal(set) var size: Size
  /// Number of colours in use; adapt the theme to it.
  package let colorDepth: ColorDepth
  /// Whether the terminal can show characters other than ASCII. If not, draw with `GlyphSet.ascii`.
  package let isUTF8: Bool

  private let screen: OpaquePointer
  /// Whether the terminal is in full-screen mode: false after ``leave()``.
  private(set) var isActive = true
  /// Canvas that the terminal shows; nil if the whole screen has to be redrawn.
  var shown: Canvas?
  var pairs: ColorPairs
  /// Time until which no frame is sent to a slow terminal.
  private var backOffEnd = ContinuousClock.now

  init(screen: OpaquePointer, size: Size, colorDepth: ColorDepth, isUTF8: Bool, pairs: ColorPairs) {
    self.screen = screen
    self.size = size
    self.colorDepth = colorDepth
    self.isUTF8 = isUTF8
    self.pairs = pairs
  }

  /// Restores the terminal to its state before ``enter(_:)``. Has no effect if it was called before.
  package func leave() {
    guard isActive else { return }
    isActive = false
    write { curses_end() }
    slab_terminal_remove_signal_handlers()
    delscreen(screen)
  }

  /// Writes the cells of the canvas that differ from those of the last canvas to the terminal.
  /// - Parameters:
  ///   - canvas: Contents of the screen.
  ///   - maximumDepth: Maximum number of colours to use.
  package func flush(_ canvas: Canvas, maximumDepth: ColorDepth = .trueColor) {
    guard isActive else { return }
    if pairs.maximumDepth != maximumDepth {
      pairs.maximumDepth = maximumDepth
      shown = nil
    }
    if shown?.size != canvas.size { werase(curses_stdscr()) }
    let runs = canvas.difference(from: shown)
    guard !runs.isEmpty else { return }
    for run in runs { put(run) }
    let start = ContinuousClock.now
    write { wrefresh(curses_stdscr()) }
    shown = canvas
    let duration = start.duration(to: .now)
    if duration > Terminal.slowWrite {
      backOffEnd = .now + min(duration * Terminal.backOffFactor, Terminal.longestBackOff)
    }
  }

  /// Calls `body`, which writes to the terminal, so that a termination signal ends the program even if the write
  /// blocks.
  private func write(_ body: () -> Int32) {
    slab_terminal_writing(true)
    _ = body()
    slab_terminal_writing(false)
  }

  /// Whether the terminal has not yet processed earlier frames, so that the caller should skip a frame.
  ///
  /// The buffers between the program and the terminal hold about 20 kB, and their fill level cannot be queried. When
  /// they are full, a write blocks until the terminal has processed as many bytes. After such a write the terminal gets
  /// time to catch up.
  package var hasPendingOutput: Bool {
    if backOffEnd > .now { return true }
    var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&descriptor, 1, 0) == 0
  }

  /// Duration above which a write must have blocked.
  private static let slowWrite = Duration.milliseconds(30)
  /// Duration of the pause after a blocked write, as a multiple of the duration of the write.
  private static let backOffFactor = 3
  private static let longestBackOff = Duration.seconds(3)

  /// Makes the next `flush(_:)` redraw the whole screen, for example because another program has written to it
  /// (ctrl-L).
  package func redraw() {
    shown = nil
    clearok(curses_curscr(), true)
  }

  private func put(_ run: Canvas.Run) {
    for (offset, cell) in run.cells.enumerated() where !cell.isContinuation {
      let (pair, attributes) = pairs.rendition(of: cell.style)
      let scalars = cell.glyph.unicodeScalars.map(\.value)
      curses_put(
        Int32(run.origin.y), Int32(run.origin.x + offset), scalars, Int32(scalars.count), attributes, pair)
    }
  }
}

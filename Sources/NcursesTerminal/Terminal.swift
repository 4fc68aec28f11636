import CNcurses
import CSlabSupport
import Glibc
public import TerminalUI

/// The terminal that the program runs in, taken over for a screen of its own: the one place that knows ncurses.
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
/// Between ``enter(_:)`` and ``leave()`` the signals that end or stop a program arrive as events, and a fault gives the
/// terminal back before it takes its course. There is one terminal: enter it again only after leaving it.
@MainActor
public final class Terminal {
  /// How to take the terminal over.
  public struct Options: Hashable, Sendable {
    /// The colours to use; nil for what the terminal and `NO_COLOR` suggest. More than the terminal has has no effect.
    public var colors: ColorDepth?
    /// Whether clicks and the wheel are to arrive as events, which keeps the terminal's own selection from them.
    public var mouse: Bool

    /// By default the terminal's own colours, and the mouse.
    public init(colors: ColorDepth? = nil, mouse: Bool = true) {
      self.colors = colors
      self.mouse = mouse
    }
  }

  /// The number of columns and rows now; changes only with an ``InputEvent/resize(_:)`` or ``InputEvent/resumed(_:)``.
  public internal(set) var size: Size
  /// How many colours are shown: what to adapt a theme to.
  public let colorDepth: ColorDepth
  /// Whether characters beyond ASCII can be shown: if not, draw with ``GlyphSet/ascii``.
  public let isUTF8: Bool

  private let screen: OpaquePointer
  /// Whether the terminal is still this one's to use.
  private(set) var isActive = true
  /// What the terminal shows; nil if it has to be drawn whole.
  var shown: Canvas?
  var pairs: ColorPairs
  /// Until when a slow terminal is left to itself.
  private var rest = ContinuousClock.now

  init(screen: OpaquePointer, size: Size, colorDepth: ColorDepth, isUTF8: Bool, pairs: ColorPairs) {
    self.screen = screen
    self.size = size
    self.colorDepth = colorDepth
    self.isUTF8 = isUTF8
    self.pairs = pairs
  }

  /// Gives the terminal back as it was before ``enter(_:)``; does nothing the second time.
  public func leave() {
    guard isActive else { return }
    isActive = false
    write { endwin() }
    slab_terminal_end()
    delscreen(screen)
  }

  /// Brings the canvas to the terminal, writing only what has changed since the last one.
  public func flush(_ canvas: Canvas) {
    guard isActive else { return }
    if shown?.size != canvas.size { werase(curses_stdscr()) }
    let runs = canvas.difference(from: shown)
    guard !runs.isEmpty else { return }
    for run in runs { put(run) }
    let start = ContinuousClock.now
    write { wrefresh(curses_stdscr()) }
    shown = canvas
    let took = start.duration(to: .now)
    if took > Terminal.patience { rest = .now + min(took * Terminal.restFactor, Terminal.longestRest) }
  }

  /// Writes, with a way out where the terminal takes nothing and the program is asked to end.
  private func write(_ body: () -> Int32) {
    slab_terminal_writing(true)
    _ = body()
    slab_terminal_writing(false)
  }

  /// Whether the terminal is slower than frames come: then another one would only queue up, and is better left out.
  ///
  /// What lies between here and the eye holds some 20 kB, which nobody tells of. Once that is full, writing takes as long as the
  /// terminal does to take in as much: after such a frame it gets time to catch up.
  public var isBehind: Bool {
    if rest > .now { return true }
    var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&descriptor, 1, 0) == 0
  }

  /// Longer than this no frame takes to write, unless it has to wait.
  private static let patience = Duration.milliseconds(30)
  /// How long a frame that had to wait is followed by none, in times of its own.
  private static let restFactor = 3
  private static let longestRest = Duration.seconds(3)

  /// Makes the next ``flush(_:)`` draw everything anew, for a screen that something else has written over (ctrl-L).
  public func redraw() {
    shown = nil
    clearok(curses_curscr(), true)
  }

  private func put(_ run: Canvas.Run) {
    for (offset, cell) in run.cells.enumerated() where !cell.isContinuation {
      let (pair, attributes) = pairs.look(of: cell.style)
      let scalars = cell.glyph.unicodeScalars.map(\.value)
      curses_put(
        Int32(run.origin.y), Int32(run.origin.x + offset), scalars, Int32(scalars.count), attributes, pair)
    }
  }
}

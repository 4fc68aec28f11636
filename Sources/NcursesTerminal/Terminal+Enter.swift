import CNcurses
import CSlabSupport
import Glibc
import TerminalUI

extension Terminal {
  /// Takes the terminal over: alternate screen, no echo, no cursor, keys one by one.
  ///
  /// - Throws: a ``TerminalError`` if standard input or output is no terminal, or `TERM` names one that cannot place its
  ///   cursor or that nobody knows.
  public static func enter(_ options: Options = Options()) throws(TerminalError) -> Terminal {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
      let which = isatty(STDIN_FILENO) == 1 ? "output" : "input"
      throw TerminalError(
        description: "standard \(which) is not a terminal: start the screen in one, or use 'slabscope run' without")
    }
    let isUTF8 = chooseLocale()
    let (type, depth) = try chooseType(wanted: options.colors)

    // Before newterm: ncurses leaves alone the signals that somebody has taken.
    guard slab_terminal_begin(STDOUT_FILENO) else {
      throw TerminalError(description: "the terminal does not tell its modes: start the screen in another one")
    }
    guard let screen = curses_newterm(type) else {
      slab_terminal_end()
      throw TerminalError(description: "the terminal of type \(type) cannot be started: set TERM to its real type")
    }
    let hasMouse = configure(options)
    let restore = restoreSequence(mouse: hasMouse)
    slab_terminal_guard(restore, restore.utf8.count)

    let window = curses_stdscr()
    return Terminal(
      screen: screen, size: Size(width: Int(getmaxx(window)), height: Int(getmaxy(window))), colorDepth: depth,
      isUTF8: isUTF8, pairs: ColorPairs(depth: depth))
  }

  /// Makes the user's locale the program's, or C.UTF-8 where it is missing or is the C locale, which says nothing of the
  /// terminal; returns whether it is a UTF-8 one.
  private static func chooseLocale() -> Bool {
    func codeset() -> String { String(cString: curses_codeset()) }
    let isKnown = setlocale(LC_CTYPE, "") != nil
    if !isKnown || codeset() == "ANSI_X3.4-1968" { setlocale(LC_CTYPE, "C.UTF-8") }
    return codeset() == "UTF-8"
  }

  /// The terminfo entry to use, and how many colours to show with it.
  ///
  /// An entry says how colours are given by number. A terminal that takes them directly, as `COLORTERM` tells, has a second
  /// entry named `-direct` (Debian's package ncurses-term); without it the nearest of 256 must do.
  private static func chooseType(wanted: ColorDepth?) throws(TerminalError) -> (type: String, depth: ColorDepth) {
    let type = environment("TERM") ?? ""
    guard !type.isEmpty else {
      throw TerminalError(description: "TERM is not set: set it to your terminal's type, xterm-256color for one")
    }
    guard let colors = colorCount(of: type) else {
      throw TerminalError(
        description: "TERM=\(type) is not known here: set it to your terminal's type, xterm-256color for one")
    }
    guard curses_capability("cup") != nil else {
      throw TerminalError(
        description: "TERM=\(type) cannot place the cursor: set TERM to your terminal's type, or use 'slabscope run'")
    }
    let wanted = wanted ?? (environment("NO_COLOR")?.isEmpty == false ? ColorDepth.none : .trueColor)
    let available = ColorDepth(colorCount: colors)
    if wanted == .trueColor, available > .none, ["truecolor", "24bit"].contains(environment("COLORTERM")) {
      let direct = type.prefix { $0 != "-" } + "-direct"
      if colorCount(of: String(direct)) == 1 << 24 { return (String(direct), .trueColor) }
    }
    return (type, min(wanted, available))
  }

  /// How many colours a terminfo entry promises, none being 0; nil if there is no such entry. It is then the current one.
  private static func colorCount(of type: String) -> Int? {
    var status: Int32 = 0
    guard setupterm(type, STDOUT_FILENO, &status) == OK else { return nil }
    return max(0, Int(tigetnum("colors")))
  }

  /// Sets the modes of keyboard, cursor and mouse; returns whether the terminal has a mouse and it is wanted.
  private static func configure(_ options: Options) -> Bool {
    let window = curses_stdscr()
    cbreak()
    noecho()
    nonl()
    takeFlowControlKeys()
    keypad(window, true)
    nodelay(window, true)
    defineMoreKeys()
    // Long enough for the rest of an arrow key's sequence on a slow line, too short to be felt.
    set_escdelay(25)
    curs_set(0)
    start_color()
    use_default_colors()
    guard options.mouse else { return false }
    mouseinterval(0)
    return mousemask(curses_mouse_mask(), nil) != 0
  }

  /// Ctrl-S and ctrl-Q are keys like others: the first would otherwise freeze the screen until somebody finds the second.
  private static func takeFlowControlKeys() {
    var modes = termios()
    guard tcgetattr(STDIN_FILENO, &modes) == 0 else { return }
    modes.c_iflag &= ~tcflag_t(IXON)
    tcsetattr(STDIN_FILENO, TCSANOW, &modes)
    // What ncurses goes back to after ctrl-Z.
    def_prog_mode()
  }

  /// Teaches ncurses the sequences of Home and End that terminals send whose terminfo entry, often xterm's, says otherwise.
  private static func defineMoreKeys() {
    for sequence in ["\u{1b}[H", "\u{1b}OH", "\u{1b}[1~", "\u{1b}[7~"] { define_key(sequence, KEY_HOME) }
    for sequence in ["\u{1b}[F", "\u{1b}OF", "\u{1b}[4~", "\u{1b}[8~"] { define_key(sequence, KEY_END) }
  }

  /// What brings the terminal back when there is no time for ncurses to do so: attributes off, keypad and mouse off, the
  /// main screen, the cursor.
  private static func restoreSequence(mouse: Bool) -> String {
    let names = ["sgr0", "op", "rmkx", "rmcup", "cnorm"]
    let capabilities = names.map { name in
      curses_capability(name).map { withoutPadding(String(cString: $0)) } ?? ""
    }
    return (mouse ? "\u{1b}[?1006l\u{1b}[?1000l" : "") + capabilities.joined()
  }

  /// A capability without its delays, `$<5/>`, which no terminal of today needs.
  private static func withoutPadding(_ capability: String) -> String {
    var result = ""
    var rest = Substring(capability)
    while let character = rest.popFirst() {
      if character == "$", rest.first == "<", let end = rest.firstIndex(of: ">") {
        rest = rest[rest.index(after: end)...]
      } else {
        result.append(character)
      }
    }
    return result
  }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

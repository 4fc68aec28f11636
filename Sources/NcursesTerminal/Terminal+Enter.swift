import CNcurses
import CSlabSupport
import Glibc
import TerminalUI

extension Terminal {
  /// Switches the terminal to full-screen mode: alternate screen, no echo, hidden cursor, unbuffered keys.
  ///
  /// - Throws: ``TerminalError`` if standard input or output is not a terminal, if `TERM` is unset or has no terminfo
  ///   entry, or if the terminal cannot position the cursor.
  package static func enter(_ options: Options = Options()) throws(TerminalError) -> Terminal {
    guard isatty(STDOUT_FILENO) == 1 else {
      throw TerminalError(description: "standard output is not a terminal: start the dashboard in a terminal")
    }
    guard isatty(STDIN_FILENO) == 1 || readKeysFromControllingTerminal() else {
      throw TerminalError(description: "standard input is not a terminal: start the dashboard in a terminal")
    }
    let isUTF8 = chooseLocale()
    let (type, depth) = try chooseType(options)

    // Before newterm, because ncurses does not replace signal handlers that are already installed.
    guard slab_terminal_install_signal_handlers(STDOUT_FILENO) else {
      throw TerminalError(description: "cannot read the modes of the terminal: start the dashboard in another terminal")
    }
    guard let screen = curses_newterm(type) else {
      slab_terminal_remove_signal_handlers()
      throw TerminalError(
        description: "cannot initialise a terminal of type \(type): set TERM to the type of your terminal")
    }
    let hasMouse = configure(options)
    let restore = restoreSequence(mouse: hasMouse)
    slab_terminal_install_fault_handler(restore, restore.utf8.count)

    let window = curses_stdscr()
    return Terminal(
      screen: screen, size: Size(width: Int(getmaxx(window)), height: Int(getmaxy(window))), colorDepth: depth,
      isUTF8: isUTF8, pairs: ColorPairs(depth: depth))
  }

  /// Makes the controlling terminal the standard input, which is a file or a pipe, if it is the terminal of the standard
  /// output. The input must have been read before.
  ///
  /// - Returns: Whether keys can be read.
  private static func readKeysFromControllingTerminal() -> Bool {
    guard tcgetsid(STDOUT_FILENO) == getsid(0) else { return false }
    let terminal = open("/dev/tty", O_RDWR)
    guard terminal >= 0 else { return false }
    // If standard input was closed, this is its descriptor already.
    if terminal == STDIN_FILENO { return true }
    defer { close(terminal) }
    return dup2(terminal, STDIN_FILENO) == STDIN_FILENO
  }

  /// Sets the character encoding to that of the user's locale, or to C.UTF-8 if the locale is not installed or is the C
  /// locale, which does not describe the terminal.
  ///
  /// - Returns: Whether the encoding is UTF-8.
  private static func chooseLocale() -> Bool {
    func codeset() -> String { String(cString: curses_codeset()) }
    let isInstalled = setlocale(LC_CTYPE, "") != nil
    if !isInstalled || codeset() == "ANSI_X3.4-1968" { setlocale(LC_CTYPE, "C.UTF-8") }
    return codeset() == "UTF-8"
  }

  /// Returns the terminfo entry to use, and the number of colours to show with it.
  ///
  /// Most entries select colours by palette index. If `COLORTERM` says that the terminal supports 24-bit colours, the
  /// entry with the suffix `-direct` is used (Debian's package ncurses-term); if it is not installed, the nearest of
  /// the 256 palette colours is used.
  private static func chooseType(_ options: Options) throws(TerminalError) -> (type: String, depth: ColorDepth) {
    let type = environment("TERM") ?? ""
    guard !type.isEmpty else {
      throw TerminalError(
        description: "TERM is not set: set it to the type of your terminal, for example xterm-256color")
    }
    guard let colors = colorCount(of: type) else {
      throw TerminalError(
        description:
          "TERM=\(type) has no terminfo entry: set TERM to the type of your terminal, for example xterm-256color")
    }
    guard curses_capability("cup") != nil else {
      throw TerminalError(
        description:
          "TERM=\(type) cannot position the cursor: set TERM to the type of your terminal, for example xterm-256color")
    }
    let wanted = options.colors ?? (environment("NO_COLOR")?.isEmpty == false ? ColorDepth.none : .trueColor)
    let available = ColorDepth(colorCount: colors)
    if wanted == .trueColor, options.directColors, available > .none,
      ["truecolor", "24bit"].contains(environment("COLORTERM"))
    {
      let direct = type.prefix { $0 != "-" } + "-direct"
      if colorCount(of: String(direct)) == 1 << 24 { return (String(direct), .trueColor) }
    }
    return (type, min(wanted, available))
  }

  /// Loads a terminfo entry as the current one and returns its number of colours (0 if monochrome); nil if there is no
  /// such entry.
  private static func colorCount(of type: String) -> Int? {
    var status: Int32 = 0
    guard setupterm(type, STDOUT_FILENO, &status) == OK else { return nil }
    return max(0, Int(tigetnum("colors")))
  }

  /// Sets the modes of the keyboard, the cursor and the mouse.
  ///
  /// - Returns: Whether mouse events are enabled.
  private static func configure(_ options: Options) -> Bool {
    let window = curses_stdscr()
    cbreak()
    noecho()
    nonl()
    setModes()
    keypad(window, true)
    nodelay(window, true)
    defineHomeAndEndKeys()
    // Milliseconds to wait for the rest of an escape sequence: enough on a slow line, but not noticeable after Escape.
    set_escdelay(25)
    curs_set(0)
    start_color()
    use_default_colors()
    guard options.mouse else { return false }
    mouseinterval(0)
    return mousemask(curses_mouse_mask(), nil) != 0
  }

  /// Makes ctrl-S and ctrl-Q ordinary keys, and keeps queued output when a key sends a signal.
  ///
  /// With flow control, ctrl-S would stop the output until the user presses ctrl-Q. Without NOFLSH, ctrl-Z and ctrl-C
  /// discard the output that the terminal has not read, which cuts escape sequences in half and loses changes of colour.
  private static func setModes() {
    var modes = termios()
    guard tcgetattr(STDIN_FILENO, &modes) == 0 else { return }
    modes.c_iflag &= ~tcflag_t(IXON)
    modes.c_lflag |= tcflag_t(NOFLSH)
    tcsetattr(STDIN_FILENO, TCSANOW, &modes)
    // ncurses restores these modes when the program is resumed after ctrl-Z.
    def_prog_mode()
  }

  /// Defines all common escape sequences of Home and End, because some terminals send others than their terminfo entry
  /// (often that of xterm) lists.
  private static func defineHomeAndEndKeys() {
    for sequence in ["\u{1b}[H", "\u{1b}OH", "\u{1b}[1~", "\u{1b}[7~"] { define_key(sequence, KEY_HOME) }
    for sequence in ["\u{1b}[F", "\u{1b}OF", "\u{1b}[4~", "\u{1b}[8~"] { define_key(sequence, KEY_END) }
  }

  /// Returns the bytes that restore the terminal from a signal handler, which cannot call ncurses: attributes off,
  /// keypad and mouse off, main screen, visible cursor.
  private static func restoreSequence(mouse: Bool) -> String {
    let names = ["sgr0", "op", "rmkx", "rmcup", "cnorm"]
    let capabilities = names.map { name in
      curses_capability(name).map { withoutPadding(String(cString: $0)) } ?? ""
    }
    return (mouse ? "\u{1b}[?1006l\u{1b}[?1000l" : "") + capabilities.joined()
  }

  /// Returns a terminfo string without its padding delays, such as `$<5/>`, which current terminals do not need.
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

  /// Returns the value of an environment variable; nil if it is not set.
  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// Event from the terminal or the operating system.
package enum InputEvent: Hashable, Sendable {
  /// A key was pressed.
  case key(Key)
  /// A mouse button was pressed or the wheel was turned.
  case mouse(MouseEvent)
  /// The terminal was resized to this size.
  case resize(Size)
  /// The program was resumed by SIGCONT (ctrl-Z and `fg`). The whole screen must be redrawn, at this size.
  case resumed(Size)
  /// A signal asks the program to terminate: SIGINT (ctrl-C), SIGTERM, SIGQUIT or SIGHUP. SIGHUP is also reported if
  /// the terminal was disconnected. The conventional exit status is 128 plus the signal number.
  case terminate(signal: Int32)
}

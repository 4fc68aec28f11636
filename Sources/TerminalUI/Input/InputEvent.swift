/// What comes in from the terminal and the system: the messages a screen lives on.
public enum InputEvent: Hashable, Sendable {
  /// A key was pressed.
  case key(Key)
  /// The mouse was clicked or its wheel turned.
  case mouse(MouseEvent)
  /// The window has another size.
  case resize(Size)
  /// The program is in the foreground again after ctrl-Z and `fg`; the screen is to be drawn whole, at this size.
  case resumed(Size)
  /// A signal asks the program to end: SIGINT (ctrl-C), SIGTERM, SIGQUIT, or SIGHUP, which also stands for a terminal that
  /// is gone. By custom the exit status is 128 plus its number.
  case terminate(signal: Int32)
}

import CNcurses
import CSlabSupport
import Glibc
package import TerminalUI

extension Terminal {
  /// Waits for the next event.
  ///
  /// Ctrl-Z stops the program inside this call, which returns `InputEvent.resumed` when the program is resumed.
  ///
  /// - Parameter timeoutMilliseconds: Maximum time to wait.
  /// - Returns: The event; nil after the timeout, or immediately after ``leave()``.
  package func nextEvent(timeoutMilliseconds: Int) -> InputEvent? {
    let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
    while isActive {
      if let event = nextSignal() ?? nextKeyOrMouseEvent() { return event }
      let left = deadline - .now
      guard left > .zero else { return nil }
      guard wait(for: left) else { return .terminate(signal: SIGHUP) }
    }
    return nil
  }

  /// Waits for input or a signal, at most for `duration`. Returns false if the terminal was disconnected.
  private func wait(for duration: Duration) -> Bool {
    var descriptors = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: slab_terminal_signal_fd(), events: Int16(POLLIN), revents: 0),
    ]
    let milliseconds = duration / .milliseconds(1)
    let count = poll(&descriptors, nfds_t(descriptors.count), Int32(min(milliseconds.rounded(.up), 1e6)))
    let disconnected = Int16(POLLHUP | POLLERR | POLLNVAL)
    return count <= 0 || descriptors[0].revents & disconnected == 0
  }

  /// Handles queued signals until one of them produces an event; nil if none does.
  private func nextSignal() -> InputEvent? {
    while true {
      switch slab_terminal_next_signal() {
      case 0: return nil
      case SIGWINCH: if updateSize() { return .resize(size) }
      case SIGTSTP: return suspend()
      case SIGCONT: return resume()
      case let signal: return .terminate(signal: signal)
      }
    }
  }

  /// Sets ``size`` to the current size of the terminal. Returns whether the size has changed.
  private func updateSize() -> Bool {
    var (width, height) = (Int32(0), Int32(0))
    guard slab_terminal_size(&width, &height) else { return false }
    let new = Size(width: Int(width), height: Int(height))
    guard new != size else { return false }
    size = new
    resizeterm(height, width)
    redraw()
    return true
  }

  /// Restores the terminal, stops the process, and returns the event of its resumption.
  private func suspend() -> InputEvent {
    def_prog_mode()
    _ = curses_end()
    slab_terminal_stop()
    return resume()
  }

  private func resume() -> InputEvent {
    reset_prog_mode()
    _ = updateSize()
    redraw()
    return .resumed(size)
  }

  /// Reads a key or a mouse action without waiting; nil if there is none.
  private func nextKeyOrMouseEvent() -> InputEvent? {
    var code = wint_t(0)
    switch wget_wch(curses_stdscr(), &code) {
    case OK: return Key(typed: UInt32(code)).map { .key($0) }
    case KEY_CODE_YES where Int32(bitPattern: code) == KEY_MOUSE: return mouseEvent()
    case KEY_CODE_YES: return Key(code: Int32(bitPattern: code)).map { .key($0) }
    default: return nil
    }
  }

  private func mouseEvent() -> InputEvent? {
    var event = MEVENT()
    guard getmouse(&event) == OK else { return nil }
    let position = Point(x: Int(event.x), y: Int(event.y))
    let action: MouseEvent.Action
    switch curses_pressed_button(event.bstate) {
    case 1: action = .press(.left)
    case 2: action = .press(.middle)
    case 3: action = .press(.right)
    case 4: action = .wheelUp
    case 5: action = .wheelDown
    default: return nil
    }
    return .mouse(MouseEvent(action, at: position))
  }
}

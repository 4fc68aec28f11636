import CNcurses
import CSlabSupport
import Glibc
public import TerminalUI

extension Terminal {
  /// Waits for what comes in next, at most so many milliseconds; nil if nothing did, and at once after ``leave()``.
  ///
  /// Ctrl-Z stops the program within this call, which returns ``InputEvent/resumed(_:)`` once it goes on.
  public func nextEvent(timeoutMilliseconds: Int) -> InputEvent? {
    let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
    while isActive {
      if let event = nextSignal() ?? nextKeystroke() { return event }
      let left = deadline - .now
      guard left > .zero else { return nil }
      guard wait(for: left) else { return .terminate(signal: SIGHUP) }
    }
    return nil
  }

  /// Waits for input or a signal; false if the terminal is gone.
  private func wait(for duration: Duration) -> Bool {
    var descriptors = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: slab_terminal_signal_fd(), events: Int16(POLLIN), revents: 0),
    ]
    let milliseconds = duration / .milliseconds(1)
    let count = poll(&descriptors, nfds_t(descriptors.count), Int32(min(milliseconds.rounded(.up), 1e6)))
    let gone = Int16(POLLHUP | POLLERR | POLLNVAL)
    return count <= 0 || descriptors[0].revents & gone == 0
  }

  private func nextSignal() -> InputEvent? {
    while true {
      switch slab_terminal_next_signal() {
      case 0: return nil
      case SIGWINCH: if adoptSize() { return .resize(size) }
      case SIGTSTP: return suspend()
      case SIGCONT: return resume()
      case let signal: return .terminate(signal: signal)
      }
    }
  }

  /// Makes the window's size the screen's; returns whether it is another one.
  private func adoptSize() -> Bool {
    var (width, height) = (Int32(0), Int32(0))
    guard slab_terminal_size(&width, &height) else { return false }
    let new = Size(width: Int(width), height: Int(height))
    guard new != size else { return false }
    size = new
    resizeterm(height, width)
    redraw()
    return true
  }

  private func suspend() -> InputEvent {
    def_prog_mode()
    endwin()
    slab_terminal_stop()
    return resume()
  }

  private func resume() -> InputEvent {
    reset_prog_mode()
    _ = adoptSize()
    redraw()
    return .resumed(size)
  }

  private func nextKeystroke() -> InputEvent? {
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
